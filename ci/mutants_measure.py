# SPDX-License-Identifier: GPL-2.0-or-later
"""
Running a mutant's program and measuring it, by CPU time: on a machine that others use, too, the
clock on the wall says more of the others.
"""

import os
import signal
import subprocess
import tempfile
import threading

# How often it is looked at whether a limit is reached.
LOOK_SECONDS = 0.25


def cpu_seconds(pid):
    """Of a process, the children that it has and those that it had; 0: it is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            ticks = sum(int(word) for word in stat.read().rpartition(")")[2].split()[11:15])
        with open(f"/proc/{pid}/task/{pid}/children", encoding="utf-8") as children:
            return (ticks / os.sysconf("SC_CLK_TCK")
                    + sum(cpu_seconds(int(child)) for child in children.read().split()))
    except OSError:
        return 0


def interrupt_after(pid, limit, is_over):
    """Ends a process as Ctrl-C does, once it has used so many seconds of CPU time."""
    while not is_over.wait(LOOK_SECONDS):
        if cpu_seconds(pid) >= limit:
            os.kill(pid, signal.SIGINT)
            return


def run_measured(command, folder, limit=None):
    """Exit code, output and CPU seconds, those of its children with them."""
    # Memory that was freed holds no old data, so that its use does not go well by luck.
    environment = dict(os.environ, MALLOC_PERTURB_="165")
    is_over = threading.Event()
    with tempfile.TemporaryFile() as output:
        with subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                              stdout=output, stderr=subprocess.STDOUT) as process:
            if limit:
                watch = threading.Thread(target=interrupt_after,
                                         args=(process.pid, limit, is_over))
                watch.start()
                # It may not be waited for before the watch is over: its number is its own till
                # then.
                os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
                is_over.set()
                watch.join()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    return process.returncode, text, usage.ru_utime + usage.ru_stime
