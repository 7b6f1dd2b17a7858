/* SPDX-License-Identifier: 0BSD */
/* applets - the list, in name order: CONFIG_ symbol, name, where its link goes, and whose ID_main it is.
   initbox.c, the Makefile and the tests read it; a new applet is one line here and its own file. */
X(DAEMONIZE, "daemonize", "usr/sbin", daemonize)
X(KILLALL, "killall", "usr/bin", killall)
X(KILLALL5, "killall5", "sbin", killall5)
X(START_STOP_DAEMON_OPENRC, "openrc-start-stop-daemon", "sbin", start_stop_daemon)
X(PIDOF, "pidof", "bin", pidof)
X(START_STOP_DAEMON, "start-stop-daemon", "sbin", start_stop_daemon)
