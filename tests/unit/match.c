/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/match.h"
#include "../../libbb/config.h"

#include <limits.h>
#include <poll.h>
#include <sys/resource.h>

#include "alone.h"

static struct procs set;
static struct name name;

/* who matches, and is it just this one? */
static bool only(const struct match *m, pid_t pid)
{
	bool is;

	procs_free(&set);
	is = procs_find(&set, m) == 1 && set.n == 1 && set.v[0].pid == pid;
	procs_free(&set);
	return is;
}

static int how_many(const struct match *m)
{
	int n;

	procs_free(&set);
	n = procs_find(&set, m);
	procs_free(&set);
	return n;
}

/* a program called file, with these words as its argv */
static pid_t run(const char *file, const char *argv0, const char *argv1, const char *argv2)
{
	char path[PATH_MAX], *argv[] = { (char *)argv0, (char *)argv1, (char *)argv2, NULL };

	CHECK(getcwd(path, sizeof(path) - 300));
	snprintf(path + strlen(path), 300, "/%s", file);
	copy_self(path);
	return executed(path, argv);
}

static const char *get_comm(pid_t pid)
{
	static char comm[32];
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	snprintf(comm, sizeof(comm), "%s", get(path));
	comm[strcspn(comm, "\n")] = '\0';
	return comm;
}

/* is the process found by this plain name? */
static bool by_name(const char *text, unsigned how, pid_t pid)
{
	struct match m = { .names = &name, .nnames = 1, .how = how };

	name_plain(&name, text);
	return only(&m, pid);
}

static bool by_path(const char *text, pid_t pid)
{
	struct match m = { .exec = &name };

	name_path(&name, text);
	return only(&m, pid);
}

TEST(an_empty_name_is_EINVAL)
{
	CHECK_FAILS("plain", name_plain(&name, ""), EINVAL);
	CHECK_FAILS("path", name_path(&name, ""), EINVAL);
}

TEST(a_plain_name_is_kept_as_it_is)
{
	CHECK(!name_plain(&name, "sleep"));
	CHECK_TEXT(name.text, "sleep");
	CHECK(name.len == 5 && !name.path && !name.script && !name.exists);
}

TEST(words_with_a_slash_are_paths_unless_all_are_names)
{
	static struct name names[NAMES_MAX];
	char *words[] = { (char *)"sh", (char *)"/nowhere/x", (char *)"/proc", NULL };
	unsigned n = 0;

	CHECK(!name_words(names, words, false, &n) && n == 3);
	CHECK(!names[0].path && names[1].path && !names[1].exists && names[2].exists);
	CHECK_TEXT(names[1].text, "/nowhere/x");
	n = 0;
	CHECK(!name_words(names, words, true, &n) && n == 3 && !names[1].path && !names[2].path);
}

TEST(a_word_that_is_no_name_or_one_too_many_is_told)
{
	static struct name names[NAMES_MAX];
	char *words[NAMES_MAX + 2];
	unsigned n = 0, i;

	for (i = 0; i <= NAMES_MAX; i++)
		words[i] = (char *)"x";
	words[NAMES_MAX + 1] = NULL;
	CHECK_FAILS("65", name_words(names, words, false, &n), E2BIG);
	CHECK(n == NAMES_MAX);
	words[NAMES_MAX] = NULL;
	n = 0;
	CHECK(!name_words(names, words, false, &n) && n == NAMES_MAX);
	words[1] = (char *)"";
	for (i = 0; i < 2; i++) {
		n = 0;
		CHECK_FAILS("empty", name_words(names, words, i, &n), EINVAL);
		CHECK(n == 1);
	}
}

TEST(a_path_has_the_file_s_numbers)
{
	struct stat st;

	put_text("file", "x");
	CHECK(!stat("file", &st));
	CHECK(!name_path(&name, "./file"));
	CHECK(name.path && name.exists && !name.script && name.dev == st.st_dev && name.ino == st.st_ino);
	CHECK_FAILS("none", name_path(&name, "./none"), ENOENT);
	CHECK(name.path && !name.exists);
	CHECK_TEXT(name.text, "./none");
}

TEST(a_script_has_its_interpreter_s_numbers_too)
{
	static const char *const heads[] = { "#!/bin/sh\n",	  "#!/bin/sh -e\n",	 "#! /bin/sh\n",
					     "#!\t/bin/sh\t-e\n", "#!/usr/bin/env sh\n", "#!/bin/sh" };
	static const char *const none[] = {
		"", "#", "#!", "#!\n", "#!/no/such\n", "# !/bin/sh\n", "/bin/sh\n", "#!/bin\n/sh\n"
	};
	struct stat st;
	unsigned i;

	CHECK(!stat("/bin/sh", &st));
	for (i = 0; i < sizeof(heads) / sizeof(*heads); i++) {
		put_text("script", heads[i]);
		CHECK_ROW(heads[i], !name_path(&name, "script") && name.script);
		CHECK_ROW(heads[i], name.shell_dev == st.st_dev && name.shell_ino == st.st_ino);
	}
	for (i = 0; i < sizeof(none) / sizeof(*none); i++) {
		put_text("script", none[i]);
		CHECK_ROW(none[i], !name_path(&name, "script") && (!name.script || name.shell_ino != st.st_ino));
	}
}

TEST(names_up_to_15_bytes_are_comm)
{
	static const char *const names[] = {
		"m", "m b", "m)", "(m", "m) R 1 1", "m\nn", "m14-characters", "m-15-characters", "m\\n", "m\xff", "-m"
	};
	unsigned i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		pid_t pid = run(names[i], "other", NULL, NULL);

		CHECK_ROW(names[i], by_name(names[i], 0, pid));
		CHECK_ROW(names[i], !by_name("other", 0, pid));
		end(pid);
		unlink(names[i]);
	}
}

TEST(longer_names_are_confirmed_by_the_command_line)
{
	static const char *const names[] = { "m16-characters-x", "m22-characters-xyzabcd", "m-15-characters-and-more" };
	char cut[16] = "";
	unsigned i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		pid_t pid = run(names[i], names[i], "x", NULL);

		memcpy(cut, names[i], 15);
		CHECK_ROW(names[i], by_name(names[i], 0, pid));
		CHECK_ROW(names[i], by_name(names[i], MATCH_EXACT, pid));
		CHECK_ROW(names[i], !by_name(cut, 0, pid));
		CHECK_ROW(names[i], by_name(cut, MATCH_COMM, pid));
		end(pid);
		unlink(names[i]);
	}
}

TEST(a_long_name_with_another_command_line_counts_but_where_it_must_be_exact)
{
	pid_t pid = run("m16-characters-x", "other", NULL, NULL);

	CHECK(by_name("m16-characters-x", 0, pid));
	CHECK(!by_name("m16-characters-x", MATCH_EXACT, pid));
	end(pid);
}

TEST(a_long_name_that_differs_behind_15_bytes_is_another)
{
	pid_t pid = run("m16-characters-x", "m16-characters-x", NULL, NULL);

	CHECK(!by_name("m16-characters-y", 0, pid));
	CHECK(!by_name("m16-characters-xx", 0, pid));
	CHECK(!by_name("m16-characters-", 0, pid));
	end(pid);
}

TEST(argv_0_counts_for_pidof)
{
	pid_t pid = run("mreal", "/usr/bin/mfake", NULL, NULL);

	CHECK(by_name("mfake", MATCH_ARGV, pid));
	CHECK(!by_name("mfake", 0, pid));
	CHECK(by_name("mreal", 0, pid));
	end(pid);
	pid = run("mreal", "-mlogin", NULL, NULL);
	CHECK(by_name("mlogin", MATCH_ARGV, pid));
	end(pid);
}

TEST(beside_argv_0_comm_counts_where_it_is_asked_for)
{
	pid_t pid = run("mreal-and-more-than-15", "mfake", NULL, NULL);

	CHECK(by_name("mreal-and-more-", MATCH_ARGV | MATCH_OR_COMM, pid));
	CHECK(by_name("mfake", MATCH_ARGV | MATCH_OR_COMM, pid));
	CHECK(!by_name("mreal-and-more-", MATCH_ARGV, pid));
	CHECK(!by_name("mreal-and-more-t", MATCH_ARGV | MATCH_OR_COMM, pid));
	end(pid);
	pid = zombie(); /* has no other name, and no command line */
	CHECK(by_name(get_comm(pid), MATCH_ARGV | MATCH_ZOMBIES, pid));
	CHECK(!by_name(get_comm(pid), MATCH_ARGV, pid));
	end(pid);
}

TEST(case_counts)
{
	pid_t pid = run("mCase", "mCase", NULL, NULL);

	CHECK(by_name("mCase", 0, pid) && by_name("mCase", MATCH_ARGV, pid));
	CHECK(!by_name("mcase", 0, pid) && !by_name("mcase", MATCH_ARGV, pid));
	end(pid);
}

TEST(an_argument_is_no_name)
{
	pid_t pid = run("mreal", "mreal", "margument", NULL);

	CHECK(!by_name("margument", MATCH_ARGV, pid));
	CHECK(!by_name("margument", 0, pid));
	end(pid);
}

TEST(a_script_counts_with_MATCH_SCRIPTS_when_comm_agrees)
{
	pid_t pid = run("mscript", "minterpreter", "/path/to/mscript", NULL), other;

	CHECK(by_name("mscript", MATCH_ARGV | MATCH_SCRIPTS, pid));
	CHECK(!by_name("mscript", MATCH_ARGV, pid));
	end(pid);
	pid = run("mscript", "minterpreter", "-u", "/path/to/mscript");
	CHECK(by_name("mscript", MATCH_ARGV | MATCH_SCRIPTS, pid));
	other = run("meditor", "meditor", "mscript", NULL);
	CHECK(by_name("mscript", MATCH_ARGV | MATCH_SCRIPTS, pid)); /* and not who only names it */
	end(other);
	end(pid);
}

TEST(a_path_is_a_file_whatever_its_name)
{
	pid_t pid = run("mfile", "other", NULL, NULL);

	CHECK(by_path("mfile", pid) && by_path("./mfile", pid));
	CHECK(!link("mfile", "mlink") || errno == EEXIST);
	CHECK(!by_path("mother", pid));
	copy_self("mcopy");
	CHECK(!by_path("mcopy", pid)); /* equal bytes, another file */
	end(pid);
	unlink("mlink");
}

TEST(of_a_file_with_several_names_the_one_called_by_counts)
{
	pid_t pid;
	char *argv[] = { (char *)"mb-one", NULL };

	copy_self("mb");
	CHECK(!symlink("mb", "mb-one") && !symlink("mb", "mb-two"));
	pid = executed("mb-one", argv);
	CHECK(by_path("mb-one", pid));
	CHECK(!by_path("mb-two", pid));
	CHECK(by_path("mb", pid));
	end(pid);
}

TEST(a_file_replaced_by_an_upgrade_is_still_that_path)
{
	char path[PATH_MAX];
	pid_t pid = run("mup", "mup", NULL, NULL);

	CHECK(getcwd(path, sizeof(path) - 10));
	strcat(path, "/mup");
	CHECK(by_path(path, pid));
	CHECK(!unlink(path));
	CHECK(by_path(path, pid));
	copy_self(path);
	CHECK(by_path(path, pid));
	CHECK(!by_path("/no/such/mup", pid));
	end(pid);
}

TEST(a_script_by_its_path)
{
	char path[PATH_MAX], *argv[] = { (char *)"x", NULL };
	pid_t pid;

	CHECK(getcwd(path, sizeof(path) - 20));
	strcat(path, "/minterp");
	copy_self(path);
	snprintf(path + strlen(path), 2, "\n");
	put_text("mscr", "#!");
	{
		char head[PATH_MAX + 4];

		snprintf(head, sizeof(head), "#!%s", path);
		put_text("mscr", head);
	}
	CHECK(!chmod("mscr", 0755));
	pid = executed("./mscr", argv);
	CHECK(by_path("./mscr", pid));
	put_text("mscr2", "#!/bin/sh\n");
	CHECK(!by_path("mscr2", pid));
	end(pid);
}

TEST(a_script_by_its_path_behind_its_interpreter_s_option)
{
	char head[PATH_MAX], *argv[] = { (char *)"x", NULL };
	size_t len;
	pid_t pid;

	strcpy(head, "#!");
	CHECK(getcwd(head + 2, sizeof(head) - 20));
	strcat(head, "/ointerp");
	copy_self(head + 2);
	len = strlen(head);
	strcpy(head + len, " -o\n");
	put_text("oscr", head);
	put_text("other", head);
	CHECK(!chmod("oscr", 0755));
	pid = executed("./oscr", argv);
	CHECK(by_path("./oscr", pid));
	CHECK(!by_path("./other", pid));
	end(pid);
}

TEST(zombies_are_spared_but_for_the_bit)
{
	pid_t pid = zombie();
	struct match m = { .pid = pid };

	CHECK(how_many(&m) == 0);
	m.how = MATCH_ZOMBIES;
	CHECK(only(&m, pid));
	end(pid);
	CHECK(how_many(&m) == 0);
}

TEST(we_ourselves_never_match)
{
	struct match m = { .pid = getpid() }, all = { .how = MATCH_INIT | MATCH_ANCESTORS };
	unsigned i;

	CHECK(how_many(&m) == 0);
	procs_free(&set);
	CHECK(procs_find(&set, &all) >= 0);
	for (i = 0; i < set.n; i++)
		CHECK(set.v[i].pid != getpid() && (!i || set.v[i].pid > set.v[i - 1].pid));
	procs_free(&set);
}

static bool asked_parent;

static bool is_parent(struct proc *p, const struct proc_stat *s)
{
	asked_parent |= s && p->pid == getppid();
	return !s;
}

/* so it may act on who it is asked of */
TEST_ALONE(what_else_the_caller_asks_is_asked_last_and_not_of_ancestors)
{
	struct match m = { .also = is_parent };
	unsigned how[] = { 0, MATCH_ANCESTORS }, i;
	int status;

	for (i = 0; i < 2; i++) {
		pid_t pid = fork();

		m.how = how[i];
		if (!pid)
			_exit(procs_find(&set, &m) != 0 ? 2 : asked_parent);
		CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
		CHECK(WEXITSTATUS(status) == (int)i);
	}
}

TEST(ancestors_and_pid_1_are_spared_but_for_their_bits)
{
	struct match m = { 0 };
	unsigned i;

	procs_free(&set);
	CHECK(procs_find(&set, &m) >= 0);
	for (i = 0; i < set.n; i++)
		CHECK(set.v[i].pid != 1 && set.v[i].pid != getppid());
	procs_free(&set);
}

/* asked by a child, so that PID 1 is another in any case */
TEST(PID_1_has_a_bit_of_its_own)
{
	unsigned how[] = { MATCH_ANCESTORS, MATCH_ANCESTORS | MATCH_INIT }, i;
	int status;

	for (i = 0; i < 2; i++) {
		struct match m = { .how = how[i] };
		pid_t pid = fork();

		if (!pid)
			_exit(procs_find(&set, &m) < 0 ? 2 : set.n && set.v[0].pid == 1);
		CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == (int)i);
	}
}

TEST(by_parent)
{
	pid_t pid = sleeper();
	struct match m = { .ppid = getpid() };

	CHECK(only(&m, pid));
	m.ppid = pid;
	CHECK(how_many(&m) == 0);
	end(pid);
}

TEST(by_user_and_parent)
{
	pid_t pid = sleeper();
	struct match m = { .ppid = getpid(), .by_uid = true, .uid = geteuid() };

	CHECK(only(&m, pid));
	m.uid = 54321;
	CHECK(how_many(&m) == 0);
	end(pid);
}

TEST(by_user_alone)
{
	struct match m = { .by_uid = true, .uid = 54321 };
	int told[2];
	bool is;
	char c;
	pid_t pid;

	CHECK(how_many(&m) == 0 && !pipe(told));
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(setgid(54321) || setuid(54321) || write(told[1], "", 1) != 1 || pause());
	}
	close(told[1]);
	is = read(told[0], &c, 1) == 1;
	close(told[0]);
	if (!is) {
		waitpid(pid, NULL, 0);
		SKIP("not root");
	}
	CHECK(only(&m, pid));
	end(pid);
}

TEST(by_number_all_other_criteria_must_hold_too)
{
	pid_t pid = run("mnum", "mnum", NULL, NULL);
	struct match m = { .pid = pid, .names = &name, .nnames = 1 };

	name_plain(&name, "mnum");
	CHECK(only(&m, pid));
	name_plain(&name, "other");
	CHECK(how_many(&m) == 0);
	name_plain(&name, "mnum");
	m.ppid = pid;
	CHECK(how_many(&m) == 0);
	m.ppid = getpid();
	CHECK(only(&m, pid));
	m.by_uid = true;
	m.uid = 54321;
	CHECK(how_many(&m) == 0);
	end(pid);
}

TEST(the_omitted_are_left_out)
{
	pid_t a = run("momit", "momit", NULL, NULL), b = run("momit2", "momit2", NULL, NULL);
	struct name both[2];
	struct match m = { .names = both, .nnames = 2, .omit = &a, .nomit = 1 };

	name_plain(&both[0], "momit");
	name_plain(&both[1], "momit2");
	CHECK(only(&m, b));
	end(a);
	end(b);
}

/* how many pids a list leaves out, or -1 */
static int omits(const char *list)
{
	static struct match m;
	int done;

	m.nomit = 0;
	done = match_omit(&m, list);
	return done < 0 ? -1 : (int)m.nomit;
}

TEST(a_list_of_pids_to_leave_out_is_read_to_its_end)
{
	static const char *const bad[] = { "", "x", "1,", ",1", "1,,2", "1 2", "-1", "0x1", "1.5", "99999999999", "%PPIDx" };
	struct match m = { 0 };
	char many[OMIT_MAX * 2 + 4], *end = many;
	unsigned i;

	CHECK(omits("12") == 1 && omits("12,34;56:78") == 4);
	CHECK(!match_omit(&m, "7,%PPID") && !match_omit(&m, "8") && m.nomit == 3);
	CHECK(m.omit[0] == 7 && m.omit[1] == getppid() && m.omit[2] == 8);
	for (i = 0; i < COUNT(bad); i++)
		CHECK_FAILS(bad[i], omits(bad[i]), EINVAL);
	m.nomit = 0;
	CHECK_FAILS("some", match_omit(&m, "1,x,3"), EINVAL);
	CHECK(m.nomit == 2 && m.omit[0] == 1 && m.omit[1] == 3);
	for (i = 0; i < OMIT_MAX; i++)
		end += sprintf(end, "1,");
	end[-1] = '\0';
	CHECK(omits(many) == OMIT_MAX);
	strcat(many, ",1");
	CHECK_FAILS("many", omits(many), E2BIG);
}

static pid_t refused;
static int asked_by_number;

static bool not_the_refused(struct proc *p, const struct proc_stat *its)
{
	if (!its)
		asked_by_number++;
	return its ? p->dir >= 0 && p->pid != refused : p->dir == PROC_BY_NUMBER;
}

TEST(what_else_the_caller_asks_decides)
{
	pid_t a = run("malso", "malso", NULL, NULL), b = run("malso2", "malso2", NULL, NULL);
	struct name both[2];
	struct match m = { .names = both, .nnames = 2, .also = not_the_refused };

	name_plain(&both[0], "malso");
	name_plain(&both[1], "malso2");
	refused = a;
	CHECK(only(&m, b));
	refused = b;
	CHECK(only(&m, a));
	CHECK(!asked_by_number); /* the names came first */
	m.nnames = 0;
	m.ppid = getpid();
	CHECK(only(&m, a));
	m.ppid = 0;
	CHECK(how_many(&m) > 0 && asked_by_number);
	CHECK(!match_anybody(&m));
	end(a);
	end(b);
}

static bool is_not_refused(struct proc *p)
{
	return p->pid != refused;
}

TEST(who_is_not_kept_is_let_go)
{
	pid_t a = sleeper(), b = sleeper();
	struct match m = { .ppid = getpid() };

	CHECK(procs_find(&set, &m) == 2);
	refused = a;
	procs_keep(&set, is_not_refused);
	CHECK(set.n == 1 && set.v[0].pid == b);
	refused = b;
	procs_keep(&set, is_not_refused);
	CHECK(!set.n);
	procs_free(&set);
	end(a);
	end(b);
}

TEST(names_in_any_case_where_they_are_asked_for_so)
{
	pid_t pid = run("mTwenty-Two-Characters", "any", "mTwenty-Two-Characters", NULL);
	struct match m = { .names = &name, .nnames = 1 };

	name_plain(&name, "MTWENTY-two-characterS");
	CHECK(!how_many(&m));
	name.fold = true;
	CHECK(only(&m, pid));
	name_plain(&name, "mtwenty-two-charactery");
	name.fold = true;
	CHECK(!how_many(&m));
	name_plain(&name, "mtwenty-two-ch");
	name.fold = true;
	CHECK(!how_many(&m));
	end(pid);
}

TEST(names_are_bits_of_the_process)
{
	pid_t pid = run("mbits", "mbits", NULL, NULL);
	static struct name all[NAMES_MAX];
	struct match m = { .names = all, .nnames = NAMES_MAX };
	int i;

	for (i = 0; i < NAMES_MAX; i++)
		name_plain(&all[i], i == 0 || i == 33 || i == 63 ? "mbits" : "none");
	procs_free(&set);
	CHECK(procs_find(&set, &m) == 1);
	CHECK(set.v[0].names == (1ULL | 1ULL << 33 | 1ULL << 63));
	procs_free(&set);
	end(pid);
}

TEST(all_that_were_found_are_signalled_and_waited_for)
{
	struct match m = { .ppid = getpid() };
	pid_t pids[20];
	long long before;
	int i;

	for (i = 0; i < 20; i++)
		pids[i] = sleeper();
	procs_free(&set);
	CHECK(procs_find(&set, &m) == 20);
	CHECK(procs_wait(&set, 0) == 20);
	before = msec_now();
	CHECK(procs_wait(&set, 30) == 20);
	CHECK(msec_now() - before >= 29 && msec_now() - before < 1000);
	CHECK(procs_kill(&set, SIGTERM, NULL) == 20);
	CHECK(procs_wait(&set, 5000) == 0 && set.n == 0);
	for (i = 0; i < 20; i++)
		CHECK(WTERMSIG(end(pids[i])) == SIGTERM);
	procs_free(&set);
}

TEST_ALONE(where_there_are_no_pidfds_the_end_is_seen_soon_too)
{
	struct match m = { .ppid = getpid() };
	long long before = msec_now();
	pid_t pid;

	refuse(434, ENOSYS); /* pidfd_open */
	pid = fork();
	if (!pid) {
		poll(NULL, 0, 200);
		_exit(0);
	}
	CHECK(procs_find(&set, &m) == 1);
	CHECK(procs_wait(&set, 5000) == 0);
	CHECK(msec_now() - before >= 199 && msec_now() - before < 2000);
	CHECK(waitpid(pid, NULL, 0) == pid);
}

TEST(the_gone_are_dropped_silently)
{
	struct match m = { .ppid = getpid() };
	pid_t a = sleeper(), b = sleeper();

	procs_free(&set);
	CHECK(procs_find(&set, &m) == 2);
	end(a);
	CHECK(procs_kill(&set, SIGTERM, NULL) == 1 && set.n == 1 && set.v[0].pid == b);
	end(b);
	CHECK(procs_kill(&set, SIGTERM, NULL) == 0 && set.n == 0);
	CHECK(procs_wait(&set, -1) == 0);
	procs_free(&set);
}

TEST_ALONE(a_thousand_fit_and_more_than_descriptors_is_EMFILE)
{
	struct rlimit few = { 40, 40 };
	struct match m = { .ppid = getpid() };
	int i;

	for (i = 0; i < 100; i++)
		sleeper();
	CHECK(procs_find(&set, &m) == 100);
	CHECK(procs_kill(&set, 0, NULL) == 100);
	procs_free(&set);
	CHECK(!setrlimit(RLIMIT_NOFILE, &few));
	CHECK_FAILS("few", procs_find(&set, &m), EMFILE);
	kill(0, 0);
}

TEST(the_whole_of_a_cut_name_is_the_first_string_that_begins_so)
{
	static const char args[] = "/bin/sh\0-e\0/x/sixteen-bytes-xy\0sixteen-bytes-xz";

	CHECK_TEXT(name_whole(args, args + sizeof(args), "sixteen-bytes-x"), "sixteen-bytes-xy");
	CHECK(!name_whole(args, args + 11, "sixteen-bytes-x"));
	CHECK(!name_whole(args, args, "sixteen-bytes-x"));
	CHECK(!name_whole(args, args + sizeof(args), "sixteen-bytes-y"));
}

TEST(nothing_leaks)
{
	struct match m = { .ppid = getpid() };
	int i, before, after;
	pid_t a, b;

	for (i = 0; i < 100 && waitpid(-1, NULL, WNOHANG) >= 0; i++) /* as PID 1 we adopted those of the test before */
		poll(NULL, 0, 10);
	a = sleeper();
	b = sleeper();
	before = dup(0);
	close(before);
	for (i = 0; i < 100; i++) {
		CHECK(procs_find(&set, &m) == 2);
		CHECK(procs_wait(&set, 0) == 2);
		procs_free(&set);
	}
	after = dup(0);
	close(after);
	CHECK(before == after);
	end(a);
	end(b);
}

static struct proc taken;
static unsigned seen_held, seen_by_number;

static pid_t mates[2];

/* takes the second of them, and no other is held */
static bool take_one(struct proc *p, const struct proc_stat *s)
{
	if (!s || p->dir == PROC_BY_NUMBER) {
		seen_by_number++;
		CHECK(!s && p->dir == PROC_BY_NUMBER);
		return true;
	}
	if ((p->pid != mates[0] && p->pid != mates[1]) || ++seen_held != 2)
		return false;
	taken = *p;
	p->dir = -1;
	return false;
}

TEST(who_is_asked_beside_may_take_a_process_and_hold_no_other)
{
	struct match m = { .also = take_one };

	mates[0] = sleeper();
	mates[1] = sleeper();
	CHECK(procs_find(&set, &m) == 0);
	CHECK(seen_held == 2 && seen_by_number >= 2);
	CHECK(taken.pid == (mates[0] < mates[1] ? mates[1] : mates[0]) && !proc_dead(&taken));
	proc_close(&taken);
	end(mates[0]);
	end(mates[1]);
}

/* never our own parent, whom the scan spares */
static bool no_parent(struct proc *p, const struct proc_stat *s)
{
	CHECK(!s || p->pid != getppid());
	return s;
}

TEST(who_is_spared_is_not_asked_once_held)
{
	struct match m = { .also = no_parent };

	CHECK(procs_find(&set, &m) >= 0);
	procs_free(&set);
}

/* ---- control groups: a directory with a cgroup.procs is one to us ------------------------------------------------ */

static struct match members_of(const char *text)
{
	struct match m = { 0 };

	mkdir("group", 0755);
	put_text("group/cgroup.procs", text);
	m.cgroup = open("group", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return m;
}

TEST(the_members_of_a_control_group_are_those_that_it_lists)
{
	pid_t a = sleeper(), b = sleeper(), dead = zombie();
	int before = open_now();
	char text[128];
	struct match m;

	snprintf(text, sizeof(text), "%d\n%d\n%d\n0\n%d\n4194304\n", a, dead, getpid(), b);
	m = members_of(text);
	CHECK(procs_find(&set, &m) == 2);
	CHECK(set.v[0].pid == a && set.v[1].pid == b);
	procs_free(&set);
	m.omit = &a;
	m.nomit = 1;
	CHECK(only(&m, b));
	close(m.cgroup);
	m = members_of("");
	CHECK(how_many(&m) == 0);
	close(m.cgroup);
	CHECK(open_now() == before);
	end(a);
	end(b);
	end(dead);
}

TEST(a_control_group_that_cannot_be_read_whole_is_an_error)
{
	static char text[(1 << 20) + 1];
	struct match m = members_of("1\n");
	unsigned i;

	CHECK(!unlink("group/cgroup.procs"));
	CHECK_FAILS("none", how_many(&m), ENOENT);
	CHECK(!mkdir("group/cgroup.procs", 0755));
	CHECK_FAILS("directory", how_many(&m), EISDIR);
	CHECK(!rmdir("group/cgroup.procs"));
	close(m.cgroup);
	for (i = 0; i < 1 << 20; i += 8)
		memcpy(text + i, "4194304\n", 8);
	m = members_of(text);
	CHECK_FAILS("too long", how_many(&m), EMFILE);
	close(m.cgroup);
}

static pid_t first_member;

/* the second look at the list does not find whom the first did */
static bool leaves_meanwhile(struct proc *p, const struct proc_stat *s)
{
	(void)s;
	if (p->pid == first_member)
		put_text("group/cgroup.procs", "4194304\n");
	return true;
}

TEST(who_has_left_a_control_group_meanwhile_is_no_member)
{
	char text[16];
	struct match m;

	first_member = sleeper();
	snprintf(text, sizeof(text), "%d\n", first_member);
	m = members_of(text);
	CHECK(only(&m, first_member));
	m.also = leaves_meanwhile;
	CHECK(how_many(&m) == 0);
	close(m.cgroup);
	end(first_member);
}

TEST(by_its_identity_it_is_the_one_that_was_meant)
{
	pid_t pid = sleeper();
	char identity[PROC_IDENTITY];
	struct match m = { .pid = pid, .identity = identity };
	struct proc p;

	CHECK(!proc_open(&p, pid) && !proc_identity(&p, identity));
	CHECK(only(&m, pid));
	identity[0] ^= 1;
	CHECK(how_many(&m) == 0);
	proc_close(&p);
	end(pid);
}

TEST(anybody_is_who_is_asked_for_nothing_but_a_number)
{
	struct match anybody = { .pid = 5, .cgroup = 3, .with = WITH_GROUP, .how = MATCH_INIT };
	struct match one[] = { { .ppid = 1 }, { .exec = &name }, { .nnames = 1 }, { .by_uid = true }, { .also = is_parent } };
	unsigned i;

	CHECK(match_anybody(&anybody));
	for (i = 0; i < sizeof(one) / sizeof(*one); i++)
		CHECK(!match_anybody(&one[i]));
}

/* ---- who goes with whom ----------------------------------------------------------------------------------------- */

/* a child, in the process group of leader (0: its own), or in a session of its own, which has a child if asked for */
static pid_t mate(pid_t leader, bool session, bool child)
{
	int ready[2];
	char c;
	pid_t pid;

	CHECK(!pipe2(ready, O_CLOEXEC));
	pid = fork();
	CHECK(pid >= 0);
	if (!pid) {
		if (session)
			setsid();
		else
			setpgid(0, leader);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (child)
			sleeper();
		if (write(ready[1], "x", 1) < 0)
			_exit(1);
		for (;;)
			pause();
	}
	CHECK(read(ready[0], &c, 1) == 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static int with(pid_t pid, unsigned char whom)
{
	struct match m = { .pid = pid, .with = whom };

	return how_many(&m);
}

TEST(who_goes_with_a_process_is_found)
{
	pid_t a = mate(0, false, false), b = mate(a, false, true), c = mate(0, true, true), alone_now = mate(0, false, false);

	CHECK(with(a, WITH_NOBODY) == 1 && with(a, WITH_TREE) == 1 && with(b, WITH_TREE) == 2 && with(c, WITH_TREE) == 2);
	CHECK(with(a, WITH_GROUP) == 3 && with(b, WITH_GROUP) == 3 && with(c, WITH_GROUP) == 2);
	CHECK(with(c, WITH_SESSION) == 2 && with(alone_now, WITH_GROUP) == 1);
	/* our own are nobody's */
	CHECK_FAILS("session", with(a, WITH_SESSION), EDEADLK);
	end(alone_now);
	alone_now = sleeper();
	CHECK_FAILS("group", with(alone_now, WITH_GROUP), EDEADLK);
	end(alone_now);
	end(a);
	end(b);
	end(c);
}

TEST(a_set_is_widened_by_those_who_came_since)
{
	pid_t a = mate(0, false, false), b;
	struct match m = { .pid = a, .with = WITH_GROUP };

	CHECK(procs_find(&set, &m) == 1);
	b = mate(a, false, false);
	CHECK(procs_widen(&set, &m) == 2 && set.v[0].pid == a && set.v[1].pid == b && !set.v[1].names);
	CHECK(procs_widen(&set, &m) == 2);
	end(b);
	m.with = WITH_NOBODY;
	CHECK(procs_widen(&set, &m) == 0 && set.n == 2);
	procs_free(&set);
	end(a);
}

/* ---- who is not ours ---------------------------------------------------------------------------------------------- */

static int told_error;

static void tell_error(const struct proc *p, int sig, int error)
{
	(void)p;
	(void)sig;
	told_error = error;
}

TEST_ALONE(who_may_not_be_signalled_is_refused_and_dropped)
{
	struct match m = { .pid = getppid() }, gone = { 0 };

	if (setgid(12345) || setuid(12345))
		SKIP("not root");
	gone.pid = sleeper();
	CHECK(procs_find(&set, &m) == 1);
	CHECK(procs_kill(&set, 0, tell_error) == 0 && set.n == 0 && set.refused == 1 && told_error == EPERM);
	told_error = 77;
	CHECK(procs_find(&set, &gone) == 1);
	end(gone.pid);
	CHECK(procs_kill(&set, 0, tell_error) == 0 && set.refused == 0 && told_error == 77);
}

TEST(a_path_that_was_looked_at_is_closed_again)
{
	int before = open_now();

	put_text("script", "#!/bin/sh\n");
	CHECK(!name_path(&name, "script") && name.script);
	CHECK(open_now() == before);
}
