# SPDX-License-Identifier: 0BSD
# awk -f olddefconfig.awk .config KCONFIG-FILE... - prints .config complete: what it does not tell gets its default,
# what depends on something that is off is left out. It stands in for kconfig-conf --olddefconfig where there is none,
# for the Kconfig language that initbox uses (tests/configs.bats holds both against each other); at anything else
# it stops.
function stop(why) { print FILENAME ":" FNR ": " why ": needs kconfig-conf" > "/dev/stderr"; failed = 1; exit 1 }

# y or n of an expression: symbols, ! && || ( ), read from words w[at..n]
function split_words(text) {
	gsub(/!|\(|\)|&&|\|\|/, " & ", text)
	at = 1
	n = split(text, w, " ")
}
function either(   v) { v = both(); while (w[at] == "||") { at++; if (both()) v = 1 } return v }
function both(   v) { v = one(); while (w[at] == "&&") { at++; if (!one()) v = 0 } return v }
function one(   v) {
	if (w[at] == "!") { at++; return !one() }
	if (w[at] == "(") { at++; v = either(); at++; return v }
	return value[w[at++]] == "y"
}
function holds(text) { if (text == "") return 1; split_words(text); return either() }
function and(a, b) { return a == "" ? b : b == "" ? a : "(" a ") && (" b ")" }

# .config
FILENAME == ARGV[1] && /^CONFIG_[A-Z0-9_]*=/ { i = index($0, "="); told[substr($0, 8, i - 8)] = substr($0, i + 1) }
FILENAME == ARGV[1] && /^# CONFIG_[A-Z0-9_]* is not set$/ { told[substr($2, 8)] = "n" }
FILENAME == ARGV[1] { next }

# Kconfig
/^[ \t]*help$/ { help = 1; next }
help && /^([ \t]|$)/ { next }
{ help = 0 }
/^[ \t]*(#.*)?$/ || /^(mainmenu|menu|endmenu|source)( |$)/ || $1 == "prompt" { next }
$1 == "if" { sub(/^if[ \t]+/, ""); above[depth + 1] = and(above[depth], $0); depth++; next }
$1 == "endif" { depth--; next }
$1 == "choice" { choice = ++choices; symbol = ""; next }
$1 == "endchoice" { choice = 0; next }
$1 == "config" { symbol = $2; order[++count] = $2; of[$2] = choice; needs[$2] = above[depth]; next }
$1 == "bool" || $1 == "string" || $1 == "int" { type[symbol] = $1; prompted[symbol] = NF > 1; next }
$1 == "depends" { sub(/^[ \t]*depends on[ \t]+/, ""); needs[symbol] = and(needs[symbol], $0); next }
$1 == "default" && choice && symbol == "" { first[choice] = $2; next }
$1 == "default" {
	sub(/^[ \t]*default[ \t]+/, "")
	i = match($0, /[ \t]if[ \t]/)
	defaults[symbol]++
	default_value[symbol, defaults[symbol]] = i ? substr($0, 1, i - 1) : $0
	default_if[symbol, defaults[symbol]] = i ? substr($0, i + 4) : ""
	next
}
$1 == "option" && $2 ~ /^env=/ { type[symbol] = ""; next }
{ stop("cannot read '" $0 "'") }

function default_of(s,   i) {
	for (i = 1; i <= defaults[s]; i++)
		if (holds(default_if[s, i]))
			return default_value[s, i]
	return type[s] == "bool" ? "n" : type[s] == "string" ? "\"\"" : ""
}
function picked(c,   i, p) {
	for (i = 1; i <= count; i++)
		if (of[order[i]] == c) {
			if (told[order[i]] == "y")
				return order[i]
			if (p == "" || order[i] == first[c])
				p = order[i]
		}
	return p
}
function set(s) {
	if (!holds(needs[s]))
		return ""
	if (of[s])
		return s == picked(of[s]) ? "y" : "n"
	return prompted[s] && s in told ? told[s] : default_of(s)
}
END {
	if (failed)
		exit 1
	do {
		changed = 0
		for (i = 1; i <= count; i++) {
			v = set(order[i])
			if (v != value[order[i]])
				changed = 1
			value[order[i]] = v
		}
	} while (changed && ++rounds < 100)
	for (i = 1; i <= count; i++) {
		s = order[i]
		if (type[s] == "" || value[s] == "")
			continue
		print value[s] == "n" ? "# CONFIG_" s " is not set" : "CONFIG_" s "=" value[s]
	}
}
