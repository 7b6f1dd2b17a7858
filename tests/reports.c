/* SPDX-License-Identifier: 0BSD */
/* reports - linked into what runs under a sanitizer: its options, and where its reports go. By the environment it would not
   do: tests start with an empty one, and a daemon's stderr is /dev/null. */
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);

/* no search for leaks: there is no heap that could leak, and under strace the search fails */
#define OPTIONS "log_path=" REPORTS "/report:exitcode=99:detect_leaks=0:print_stacktrace=1"

const char *__asan_default_options(void)
{
	return OPTIONS ":strict_string_checks=1";
}

const char *__ubsan_default_options(void)
{
	return OPTIONS;
}
