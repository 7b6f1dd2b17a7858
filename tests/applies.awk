# SPDX-License-Identifier: 0BSD
# awk -v test=FUNCTION -v but=" FUNCTION... " -f applies.awk .config applets/*.c - < "declare -f" - prints why a test does not
# apply to a build: the first option that it uses, itself or in a function that it calls (but for those), and that the build
# was made without; or nothing.
# It looks at what follows an applet's name in a line, and at lists that options may come from. What it does not see
# the test says itself, by need.

function base(path) { sub(/.*\//, "", path); return path }

# .config
FILENAME == ARGV[1] { if (/=y$/) on[substr($1, 1, length($1) - 2)]; next }

# the option rows: OPT(when, "letter", "name", ...; when is 1 or a macro for ENABLED(CONFIG_X)
FILENAME ~ /\.c$/ && FNR == 1 {
	applet = base(FILENAME)
	sub(/\.c$/, "", applet)
	short = ""
	for (i = split(applet, parts, "-"); i > 1; i--)
		short = substr(parts[i], 1, 1) short
	if (short != "")
		initials[substr(applet, 1, 1) short] = applet
}
FILENAME ~ /\.c$/ && /^#define [A-Z]+ ENABLED\(/ { split($3, parts, /[()]/); symbol[applet, $2] = parts[2] }
FILENAME ~ /\.c$/ && /^#define [A-Z_]*OPTS\(OPT\)/ { usual = /#define OPTS/ } # the letters of another command line do not count
# those of program.c are of every applet whose list ends with them: with a feature of its own
FILENAME ~ /\.c$/ && match($0, /PROGRAM_OPTS\([A-Z]+/) { shares[applet] = symbol[applet, substr($0, RSTART + 13, RLENGTH - 13)] }
FILENAME ~ /\.c$/ && /^[ \t]*OPT\([A-Z0-9]+, "/ {
	split($0, text, "\"")
	when = text[1]
	gsub(/.*OPT\(|,.*/, "", when)
	when = when == "1" ? "" : symbol[applet, when]
	if (applet == "program") {
		shared["--" text[4]] = when
		next
	}
	is_applet[applet]
	if (usual)
		note("-" text[2], when)
	note("--" text[4], when)
}
function note(name, when) {
	if (when == "" || when in on) {
		has[applet, name]
	} else {
		off[applet, name] = when
		some = 1
	}
}
# behind the last of them
FILENAME !~ /\.c$/ && !joined++ {
	for (applet in shares)
		for (name in shared)
			note(name, shared[name] == "" || shared[name] in on ? shares[applet] : shared[name])
	name = ""
}
FILENAME ~ /\.c$/ { next }
!some && "CONFIG_OPT_LONG" in on { exit }

# the functions of the test file: those of the shell but bats' and the helper's
/^[^ ]+ \(\) *$/ { name = index(but, " " $1 " ") ? "" : $1; if (name != "") lines[name] = 0; next }
name != "" { line[name, ++lines[name]] = $0 }

# the applet that a word stands for: its name, that in a path, its initials, a function that calls it
function applet_of(word) {
	word = base(word)
	if (word in is_applet)
		return word
	if (tolower(word) in initials && initials[tolower(word)] in is_applet)
		return initials[tolower(word)]
	return calls[word]
}

# words of a line into w[1..n]
function words(text) {
	gsub(/[ \t"'();|&`$={}<>,]+/, " ", text)
	return split(text, w, " ")
}

function missing(a, option,   i, letter) {
	if (option ~ /^--/) {
		if (!("CONFIG_OPT_LONG" in on) && option != "--" && option !~ /^--(help|version)$/)
			return "CONFIG_OPT_LONG"
		return (a, option) in has ? "" : off[a, option]
	}
	for (i = 2; i <= length(option); i++) {
		letter = "-" substr(option, i, 1)
		if (letter !~ /[A-Za-z0-9]/)
			break
		if ((a, letter) in off && !((a, letter) in has))
			return off[a, letter]
	}
	return ""
}

function judge(f,   i, j, n, a, why, listed) {
	for (i = 1; i <= lines[f]; i++) {
		n = words(line[f, i])
		listed = line[f, i] ~ /^ *(for |-)|=\(/
		a = listed ? calls[f] : ""
		for (j = 1; j <= n; j++) {
			if (a != "" && w[j] ~ /^-/) {
				why = missing(a, w[j])
				if (why != "") {
					print w[j] " of " a ": " substr(why, 8) " is off"
					exit
				}
			}
			if (applet_of(w[j]) != "")
				a = applet_of(w[j])
		}
	}
}

END {
	if (!some && "CONFIG_OPT_LONG" in on)
		exit
	# what the test calls, and what they call
	reached[test]
	do {
		more = 0
		for (f in reached)
			for (i = 1; i <= lines[f]; i++) {
				n = words(line[f, i])
				for (j = 1; j <= n; j++) {
					if (w[j] in lines && !(w[j] in reached)) {
						reached[w[j]]
						more = 1
					}
					if (calls[f] == "" && applet_of(w[j]) != "") {
						calls[f] = applet_of(w[j])
						more = 1
					}
				}
			}
	} while (more)
	for (f in reached)
		judge(f)
}
