# SPDX-License-Identifier: 0BSD
# coverage.awk -v reasons=UNCOVERED GCOV... - a line for each source: how many of its lines and branches were reached. Then
# what was not, with the reasons from UNCOVERED: "FILE FUNCTION REASON...", a line each. judge=1: fails where it is too much

function percent(part, whole) {
	return whole ? 100 * part / whole : 100
}

function row(name, lines, lines_hit, branches, branches_hit) {
	printf "%-30s %5d of %5d lines %5.1f %%   %5d of %5d branches %5.1f %%\n", name, lines_hit, lines,
		percent(lines_hit, lines), branches_hit, branches, percent(branches_hit, branches)
}

function end_of_source() {
	if (ours) {
		row(source, lines, lines_hit, branches, branches_hit)
		all_lines += lines; all_lines_hit += lines_hit
		all_branches += branches; all_branches_hit += branches_hit
	}
	lines = lines_hit = branches = branches_hit = 0
}

BEGIN {
	while ((getline < reasons) > 0)
		if (/^[^#]/) {
			place = $1 " " $2
			$1 = $2 = ""
			reason[place] = substr($0, 3)
		}
}
/^ *-: *0:Source:/ {
	end_of_source()
	source = $0
	sub(/.*Source:/, "", source)
	ours = source ~ /^(libbb|applets)\/[^\/]*\.c$/
}
!ours { next }
/^function / {
	name = source " " $2
	there[name] = 1
	next
}
/^branch / {
	branches++
	branches_hit += !/never executed|taken 0/
	next
}
/^ *([0-9]+\*?|#####|=====): *[0-9]+:/ {
	lines++
	if ($0 !~ /^ *[#=]/) {
		lines_hit++
		next
	}
	line = $0
	sub(/^ *[#=]+: */, "", line)
	if (!(name in missed))
		order[++n] = name
	missed[name] = missed[name] "\n\t" line
}
END {
	end_of_source()
	row("all", all_lines, all_lines_hit, all_branches, all_branches_hit)
	print "\nnot reached, and why:"
	for (i = 1; i <= n; i++) {
		name = order[i]
		print name ": " (name in reason ? reason[name] : "NO REASON") missed[name]
		unexplained += !(name in reason)
	}
	for (name in reason)
		if (!(name in there)) {
			print name ": there is no such function"
			unexplained++
		}
	if (!judge)
		exit
	if (unexplained)
		print unexplained " functions without a right line in tests/uncovered"
	if (percent(all_lines_hit, all_lines) < 95 || percent(all_branches_hit, all_branches) < 85)
		print "less than 95 % of the lines, or 85 % of the branches"
	else if (!unexplained)
		exit 0
	exit 1
}
