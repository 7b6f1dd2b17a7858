#!/usr/bin/perl
# SPDX-License-Identifier: 0BSD
# mutate.pl [ROOM]... - what the tests are worth: puts one fault at a time into libbb, and tells which of them no test
# notices. Where no ROOM is named: into all.
#
# A mutant is libbb with one place changed: a comparison, an operator or a constant is another, a condition is negated,
# a statement is not there. It does not count if it does not compile, or to the same code as the original or a mutant
# before it. It meets its room's unit tests, then those of the rooms above, until one fails or takes too long.
#
#   N=200      so many of them, by the dice; SEED=NUMBER throws others: without it the sources are the seed
#   WITH=own   its room's unit tests only; WITH=bats: who survives all unit tests meets those of the applets that show
#              most of its room (%bats_of)
#   AGAIN=LOG  those that survived in the run that printed this: what the units took minutes for is not done twice
#   FLOOR=85   fails if less percent of them are killed
#   LIST=1     only tells what they are; VERBOSE=1: also which test killed which
#
# Mutants that no test can tell from the original are named in tests/equivalent, with the reason, and do not count.
#
# A mutant may do anything: it runs in namespaces of its own, where all but one small directory is read-only.
use strict;
use warnings;
use Cwd qw(abs_path);
use Digest::MD5 qw(md5_hex);
use File::Basename qw(basename dirname);
use File::Temp qw(tempdir);
use POSIX qw(_exit);
use Time::HiRes qw(time alarm);

chdir dirname(abs_path($0)) . '/..' or die;
my %set = (N => 0, WITH => 'unit', FLOOR => 0, JOBS => 2, O => 'build', LIST => '');
$set{$_} = $ENV{$_} || $set{$_} for keys %set;
my @libbb = map { basename($_, '.c') } glob 'libbb/*.c';
my $scratch = tempdir(CLEANUP => 1);
chmod 0755, $scratch;

sub text {
	my ($path) = @_;
	open my $file, '<', $path or die "mutate.pl: $path: $!\n";
	local $/;
	return scalar <$file>;
}

sub put {
	my ($path, $text) = @_;
	open my $file, '>', $path or die "mutate.pl: $path: $!\n";
	print $file $text;
	close $file or die "mutate.pl: $path: $!\n";
}

# ---- the mutants ----------------------------------------------------------------------------------------------------

sub blank {
	my ($text) = @_;
	return $text =~ s/[^\n]/ /gr;
}

# the source with blanks for what is not a function's code: each place is where it was
sub code_of {
	my ($source) = @_;
	my ($inside, $code) = (0, '');

	$source =~ s{('(?:\\.|[^'\\])+')|(/\*.*?\*/|"(?:\\.|[^"\\])*"|^[ \t]*\#(?:\\\n|[^\n])*)}{$1 // blank($2)}gsme;
	for my $line (split /^/, $source) {
		$inside = 0 if $line eq "}\n";
		$code .= $inside ? $line : blank($line);
		$inside = 1 if $line eq "{\n";
	}
	return $code;
}

my %other = (
	'==' => '!=', '!=' => '==', '<' => '<=', '<=' => '<', '>' => '>=', '>=' => '>', '&&' => '||', '||' => '&&',
	'+' => '-', '-' => '+', '*' => '/', '/' => '*', '%' => '*', '&' => '|', '|' => '&', '<<' => '>>', '>>' => '<<',
	'+=' => '-=', '-=' => '+=', '|=' => '&=', '&=' => '|=', '++' => '--', '--' => '++',
	'true' => 'false', 'false' => 'true',
);
my $operator = join '|', map { quotemeta } sort { length $b <=> length $a } grep { /\W/ } keys %other;

# [at, length, what is there instead]...
sub changes {
	my ($code) = @_;
	my @found;
	my $note = sub { push @found, [$-[1], length $1, $_[0]] };

	$note->($other{$1}) while $code =~ /(?<= )($operator)(?=[ \n])/g;
	$note->($other{$1}) while $code =~ /(\+\+|--|\btrue\b|\bfalse\b)/g;
	$note->('') while $code =~ /(!)(?!=)/g;
	$note->('(!)') while $code =~ /\bif (\((?:[^()]|(?1))*\))/g;
	(my $numbers = $code) =~ s{^\t[a-z_ ]+ [^=(\n]*\[[^=\n]*;$}{blank($&)}gme; # a declared size may be more
	$note->($1 eq '1' ? 0 : ($1 lt '1' ? oct $1 : $1) + 1) while $numbers =~ /(?<![\w.'])(0x[0-9a-f]+|\d+)(?![\w.'])/g;
	$note->(chr(ord($1) + (index('&[', $1) < 0 ? 1 : -1))) while $code =~ /'([^\\'])'/g;
	# a call, an assignment, a jump
	$note->(';') while $code =~ /^\t+((?:\w+\(.*\)|[^\s;={}]+ [-+|&]?= [^;]*|break|continue);)$/gm;
	return @found;
}

sub mutants {
	my ($room) = @_;
	my $source = text("libbb/$room.c");
	my @found = changes(code_of($source));

	# and the limits that have a name
	push @found, [$-[1], length $1, $1 + 1] while $source =~ /^#define \w+ (\d+)\b/gm;
	return map {
		my ($at, $length, $is) = @$_;
		my $was = substr $source, $at, $length;

		{ room => $room, at => $at, was => $was, is => $is eq '(!)' ? "(!$was)" : $is,
		  line => 1 + (substr($source, 0, $at) =~ tr/\n//), column => $at - rindex($source, "\n", $at) }
	} sort { $a->[0] <=> $b->[0] || $a->[2] cmp $b->[2] } @found;
}

sub name_of {
	my ($m) = @_;
	my $line = (split /\n/, text("libbb/$m->{room}.c"))[$m->{line} - 1];
	my $change = "$m->{was} -> " . ($m->{is} eq '' ? 'nothing' : $m->{is} =~ /^\(!/ ? 'not' : $m->{is});

	$change .= "\tin: $line" if $m->{is} ne ';';
	return "libbb/$m->{room}.c:$m->{line}:$m->{column}: " . $change =~ s/\s+/ /gr;
}

# without those that tests/equivalent names: each name there is to be one's
sub without_equivalents {
	my @mutants = @_;
	my $bare = sub { name_of($_[0]) =~ s/^(libbb\/\w+\.c:)\d+:/$1/r };
	my %equivalent = map { $_ => 1 } grep { /^libbb/ } split /\n/, text('tests/equivalent');
	my %is;

	$is{$_}++ for map { ($_->{room}, $bare->($_)) } @mutants;
	my @wrong = grep { m{^libbb/(\w+)\.c:} && $is{$1} && ($is{$_} // 0) != 1 } sort keys %equivalent;

	die map { "mutate.pl: tests/equivalent: not one, but " . ($is{$_} // 'none') . ": $_\n" } @wrong if @wrong;
	return grep { !$equivalent{$bare->($_)} } @mutants;
}

# ---- what they are built from ---------------------------------------------------------------------------------------

my %tests; # name -> what is linked with libbb, and how it is run; how it ends, and how long it takes
my %tests_of; # room -> their names, the quick ones first

my $cc = $ENV{CC} || (`command -v musl-gcc 2> /dev/null` ? 'musl-gcc' : 'gcc');
my $flags = '-std=c11 -w -Os -fno-pie -ffunction-sections -fdata-sections -D_GNU_SOURCE ' .
	"-include $scratch/autoconf.h -iquote libbb -iquote tests/unit -iquote applets";
my @for_applets = ('.config', 'applets.kconfig', 'victim', 'recycle', 'fault');

sub object_of {
	my ($source) = @_;
	return "$scratch/" . $source =~ s{/}{.}gr =~ s{c$}{o}r;
}

sub compile {
	my ($source, $object) = @_;
	return !system("$cc $flags -c -o $object -x c - < $source 2> /dev/null");
}

# the program of a test, with this object in the place of its room's
sub link_test {
	my ($test, $dir, $room, $object) = @_;
	my @others = map { object_of($_) } glob($test->{sources}), map { "libbb/$_.c" } grep { $_ ne $room } @libbb;

	if (! -d $dir) {
		mkdir $dir;
		symlink "$scratch/$_", "$dir/$_" for @for_applets;
	}
	return if -e "$dir/$test->{program}";
	system("$cc -static -no-pie -Wl,--gc-sections -o $dir/$test->{program} $object @others") == 0
		or die "mutate.pl: cannot link $test->{program}\n";
}

sub prepare {
	my @made = ('autoconf.h', $set{WITH} eq 'bats' ? @for_applets : ());
	my $made = "$set{O}/mutate";
	my @sources = (glob('libbb/*.c'), map { glob $_->{sources} } values %tests);
	my $make = join ' ', map { "$made/$_" } grep { !/config$/ } @made;
	my $copy = join ' ', map { "$made/$_" } @made;

	system("make -s O=$made check_defconfig && make -s O=$made $make && cp $copy $scratch && mkdir $scratch/cage") == 0
		or die "mutate.pl: cannot build\n";
	in_turns(sub {
		my ($source) = @_;
		return compile($source, object_of($source)) ? '' : "mutate.pl: cannot compile $source\n";
	}, sub { die $_[1] if $_[1] }, keys %{{ map { $_ => 1 } @sources }});
}

# ---- where they run -------------------------------------------------------------------------------------------------

# (a limit of pids of one's own is Linux 6.14; before, it would be the machine's)
my ($major, $minor) = text('/proc/sys/kernel/osrelease') =~ /^(\d+)\.(\d+)/;
my $pids = $major > 6 || $major == 6 && $minor >= 14 ? 'echo 2000 > /proc/sys/kernel/pid_max' : ':';
# (/dev too: what a mutant does to /dev/null is done to everybody's; also by a descriptor from before)
my $cage = "exec 2> /dev/null; ulimit -Sf 200000; ulimit -Sv 4000000; $pids; mount -o remount,bind,ro /
	mount --bind /dev /dev; mount -o remount,bind,ro /dev; exec 2> /dev/null < /dev/null
	mount -t tmpfs -o size=64m,mode=755 none $scratch/cage && cd $scratch/cage && TMPDIR=$scratch/cage exec \"\$@\"";

# What its lines of TAP are, and how it ended. With lines that are expected it is ended at the first failure that is
# none of them. (In a session of its own, as kill(0) does not stop at a pid namespace.)
sub run {
	my ($test, $dir, $limit, $expected) = @_;
	my (%lines, $end);

	$ENV{INITBOX} = "$dir/initbox";
	$ENV{OUTER_PID_NAMESPACE} = readlink '/proc/self/ns/pid';
	my $pid = open my $out, '-|', 'setsid', 'unshare', '-fpm', '--mount-proc', '--kill-child', 'sh', '-c', $cage, 'cage',
		@{$test->{command} || ["$dir/$test->{program}"]};
	eval {
		local $SIG{ALRM} = sub { die "late\n" };
		local @SIG{'INT', 'TERM'} = (sub { die "ended\n" }) x 2;
		alarm $limit;
		while (<$out>) {
			chomp;
			$lines{$_} = 1 if s/^((?:not )?ok) \d+/$1/;
			die "failed\n" if $expected && /^not ok/ && !$expected->{$_};
		}
		alarm 0;
	};
	$end = $@ =~ s/\n//r;
	kill 'KILL', $pid if $end;
	_exit(1) if $end eq 'ended';
	close $out;
	return ($end || "$?", %lines);
}

# ---- which tests ----------------------------------------------------------------------------------------------------

# the rooms that this file includes, and those that they include
my %below;
sub below {
	my ($name) = @_;

	return $below{$name} //= do {
		my @rooms = grep { "libbb/$_" ne $name } map { text($_) =~ /^#include "(?:\.\.\/libbb\/)?(\w+)\.h"$/gm }
			grep { -e } "$name.c", "$name.h";
		+{ map { $_ => 1, %{below("libbb/$_")} } grep { -e "libbb/$_.h" } @rooms };
	};
}

sub unit {
	my ($room) = @_;
	return { program => "unit.$room", sources => "tests/unit/$room.c" };
}

sub bats {
	my ($file) = @_;
	return { program => 'initbox', sources => 'applets/*.c', command => ['bats', '--tap', abs_path($file)] };
}

# room -> the files that show most of it, those that tell soonest first
# (not killall5's, which ends all that is in its pid namespace: here that is bats itself)
my %bats_of = (
	attr => 'start-stop-daemon-more', cred => 'start-stop-daemon-start security', clock => 'start-stop-daemon-stop',
	daemonize => 'daemonize start-stop-daemon-start start-stop-daemon-more', env => 'start-stop-daemon-start daemonize',
	confine => 'confine', err => 'badinput initbox', fd => 'badinput daemonize killall', log => 'start-stop-daemon-more daemonize',
	match => 'pidof killall start-stop-daemon-match pgrep killall-more', mem => 'killall', notify => 'start-stop-daemon-more',
	num => 'badinput', opt => 'badinput killall', pidfile => 'start-stop-daemon-pidfile daemonize',
	proc => 'killall start-stop-daemon-match pgrep', regex => 'pgrep killall-more', sig => 'pkill killall',
	stop => 'start-stop-daemon-stop', supervise => 'supervise-daemon', text => 'killall badinput', logger => 'log',
	logfile => 'log', net => 'probe',
);

sub choose_tests {
	my ($room) = @_;
	my @names = "unit/$room";

	push @names, map { "unit/$_" } grep { below("libbb/$_")->{$room} } @libbb if $set{WITH} ne 'own';
	$tests{$_} //= unit(basename $_) for @names;
	if ($set{WITH} eq 'bats') {
		my @files = map { "tests/$_.bats" } split ' ', $bats_of{$room} // '';

		$tests{$_} //= bats($_) for @files;
		push @names, @files;
	}
	$tests_of{$room} = \@names;
}

# how they end without a fault
sub measure {
	in_turns(sub {
		my $test = $tests{$_[0]};
		my $began = time;

		link_test($test, "$scratch/whole", '', '');
		my ($end, %lines) = run($test, "$scratch/whole", 600);
		return join "\n", time - $began, $end, sort keys %lines;
	}, sub {
		my ($name, $answer) = @_;
		my ($took, $end, @lines) = split /\n/, $answer;

		die "mutate.pl: $name ends so without a fault: $answer\n" if !@lines;
		print "$name: $_\n" for grep { /^not ok/ } @lines;
		@{$tests{$name}}{'took', 'end', 'lines'} = ($took, $end, { map { $_ => 1 } @lines });
	}, sort keys %tests);
	for my $names (values %tests_of) {
		my ($own, @others) = grep { !/bats$/ } @$names;
		$names = [$own, (sort { $tests{$a}{took} <=> $tests{$b}{took} } @others), grep { /bats$/ } @$names];
	}
}

# ---- the work -------------------------------------------------------------------------------------------------------

# JOBS of them at a time: what work says of an item is given to done
sub in_turns {
	my ($work, $done, @items) = @_;
	my %busy;

	while (@items || %busy) {
		if (@items && keys %busy < $set{JOBS}) {
			my $item = shift @items;
			my $pid = fork // die;

			if (!$pid) {
				put("$scratch/answer.$$", $work->($item));
				_exit(0);
			}
			$busy{$pid} = $item;
			next;
		}
		my $pid = wait;
		my $answer = text("$scratch/answer.$pid");

		unlink "$scratch/answer.$pid";
		$done->(delete $busy{$pid}, $answer);
	}
}

# its object, or '' if it does not count
sub build {
	my ($m) = @_;
	my $source = text("libbb/$m->{room}.c");

	substr($source, $m->{at}, length $m->{was}) = $m->{is};
	put("$m->{object}.c", $source);
	return compile("$m->{object}.c", $m->{object}) ? md5_hex(text($m->{object})) : '';
}

# which test kills it, and how; '' if none
sub hunt {
	my ($m) = @_;
	my $dir = "$m->{object}.d";
	my $killer = '';

	for my $name (@{$tests_of{$m->{room}}}) {
		my $test = $tests{$name};

		link_test($test, $dir, $m->{room}, $m->{object});
		my ($end, %lines) = run($test, $dir, 3 + 2 * $test->{took}, $test->{lines});
		$killer = "$name $end" if $end ne $test->{end} || keys %lines != keys %{$test->{lines}};
		last if $killer;
	}
	system('rm', '-rf', $dir);
	return $killer;
}

my (%seen, %count, %killed, $late);

# these, without those that do not count: how many were left
sub judge {
	my @batch = @_;
	my @left;

	in_turns(\&build, sub {
		my ($m, $code) = @_;
		push @left, $m if $code && !$seen{"$m->{room} $code"}++;
	}, @batch);
	in_turns(\&hunt, sub {
		my ($m, $killer) = @_;

		$count{$m->{room}}++;
		$killed{$m->{room}}++ if $killer;
		$late++ if $killer =~ /late$/;
		print "survives: ", name_of($m), "\n" if !$killer;
		print "killed by $killer: ", name_of($m), "\n" if $killer && $ENV{VERBOSE};
		unlink $m->{object}, "$m->{object}.c";
	}, @left);
	return @left;
}

my @rooms = @ARGV ? @ARGV : @libbb;
my @all = without_equivalents(map { mutants($_) } @rooms);

if ($ENV{AGAIN}) {
	my %survived = map { $_ => 1 } text($ENV{AGAIN}) =~ /^survives: (.*)$/gm;

	@all = grep { $survived{name_of($_)} } @all;
	@rooms = sort keys %{{ map { $_->{room} => 1 } @all }};
} elsif ($set{N}) {
	srand($ENV{SEED} // unpack '%32C*', join '', map { text($_) } glob 'libbb/*.[ch] tests/unit/*');
	@all = map { $_->[1] } sort { $a->[0] <=> $b->[0] } map { [rand, $_] } @all;
	@all = splice @all, 0, $set{N};
	@rooms = sort keys %{{ map { $_->{room} => 1 } @all }};
}
if ($set{LIST}) {
	print name_of($_), "\n" for @all;
	exit;
}
$| = 1;
$all[$_]{object} = "$scratch/$_.o" for 0 .. $#all;
choose_tests($_) for @rooms;
prepare();
measure();
$seen{"$_ " . md5_hex(text(object_of("libbb/$_.c")))} = 1 for @rooms;

my ($tried, $judged) = (scalar @all, 0);
$judged += judge(splice @all, 0, 100) while @all;

sub figures {
	my ($name, $n, $k) = @_;
	printf "%-12s %5d mutants %5d killed %5.1f %%\n", $name, $n, $k, $n ? 100 * $k / $n : 0;
}

my $killed = 0;
for my $room (grep { $count{$_} } @rooms) {
	figures($room, $count{$room}, $killed{$room} // 0);
	$killed += $killed{$room} // 0;
}
figures('all', $judged, $killed);
printf "(%d by the time limit; %d more do not compile, or to the code of another)\n", $late // 0, $tried - $judged;
exit($judged == 0 || 100 * $killed < $set{FLOOR} * $judged);
