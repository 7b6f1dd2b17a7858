/* SPDX-License-Identifier: 0BSD */
/* applets - the list, in name order: CONFIG_ symbol, name, where its link goes, and whose ID_main it is.
   initbox.c, the Makefile and the tests read it; a new applet is one line here and its own file. */
X(TINI_CATATONIT, "catatonit", "usr/bin", tini)
X(DAEMONIZE, "daemonize", "usr/sbin", daemonize)
X(TINI_DOCKER_INIT, "docker-init", "usr/bin", tini)
X(TINI_DUMB_INIT, "dumb-init", "usr/bin", tini)
X(KILLALL, "killall", "usr/bin", killall)
X(KILLALL5, "killall5", "sbin", killall5)
X(START_STOP_DAEMON_OPENRC, "openrc-start-stop-daemon", "sbin", start_stop_daemon)
X(PGREP, "pgrep", "usr/bin", pgrep)
X(PIDOF, "pidof", "bin", pidof)
X(PGREP_PIDWAIT, "pidwait", "usr/bin", pgrep)
X(PGREP_PKILL, "pkill", "usr/bin", pgrep)
X(PROBE, "probe", "usr/bin", probe)
X(START_STOP_DAEMON, "start-stop-daemon", "sbin", start_stop_daemon)
X(SUPERVISE_DAEMON, "supervise-daemon", "sbin", supervise_daemon)
X(TINI, "tini", "usr/bin", tini)
