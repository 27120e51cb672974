# SPDX-License-Identifier: MIT
"""A real SLURM of one node for tests: munged, slurmctld and slurmd of Debian's packages (slurm-wlm, munge), as root, every
file in one temporary folder, every port on the loopback interface; started and stopped by the test and gone afterwards.

    with SlurmCluster() as cluster:
        job = cluster.submit(["jobs/scan.sbatch", …])
        cluster.wait(job, {"COMPLETED"})
"""
import os
import pathlib
import secrets
import shutil
import socket
import subprocess
import tempfile
import time

from scan_support import ENVIRONMENT, TestFailure

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "scontrol", "squeue", "scancel")
# As many CPUs as the jobs ask for, whatever the machine has: nothing is bound to a core.
CPUS = 8
NODE = "shoalnode"

# Jobs stay known for a while after their end, and nodes and jobs are looked at often: the test need not wait long.
CONFIGURATION = """\
ClusterName=shoal
SlurmctldHost=localhost(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmdParameters=config_overrides
SlurmctldPort={controller_port}
SlurmdPort={node_port}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CryptoType=crypto/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=pmix
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0,sched_min_interval=0
PriorityType=priority/basic
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
SlurmctldDebug=info
MinJobAge=3600
KillWait=5
OverTimeLimit=0
ReturnToService=2
NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 CPUs={cpus} State=UNKNOWN
PartitionName=test Nodes={node} Default=YES MaxTime=INFINITE State=UP
"""


def missing():
    """What keeps this machine from running it, or nothing."""
    absent = [program for program in PROGRAMS if shutil.which(program, path=_search_path()) is None]
    if absent:
        return f"not installed (packages slurm-wlm, slurm-wlm-basic-plugins, munge): {', '.join(absent)}"
    return "SLURM's daemons need root here" if os.geteuid() != 0 else None


def _search_path():
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class SlurmCluster:
    """The daemons, and the client commands that talk to them."""

    def __init__(self):
        # Not where the test works: a socket's path has to be short.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="shoal-slurm-"))
        self.daemons = []
        self.environment = dict(ENVIRONMENT, SLURM_CONF=str(self.folder / "slurm.conf"), PATH=_search_path())

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_):
        subprocess.run(["scancel", "--full", "--state=RUNNING"], env=self.environment, capture_output=True, timeout=20, check=False)
        self._stop()

    def _start(self):
        for name in ("state", "spool"):
            (self.folder / name).mkdir()
        self.folder.chmod(0o755)
        key = self.folder / "munge.key"
        key.write_bytes(secrets.token_bytes(128))
        key.chmod(0o400)
        (self.folder / "slurm.conf").write_text(CONFIGURATION.format(
            folder=self.folder, controller_port=_free_port(), node_port=_free_port(), host=socket.gethostname(), node=NODE,
            cpus=CPUS))
        # No cgroups: a container has none to give.
        (self.folder / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\nCgroupAutomount=no\n")
        files = {name: str(self.folder / f"munge.{name}") for name in ("key", "socket", "pid", "log", "seed")}
        self._daemon("munged", "--foreground", "--force", "--num-threads=2", f"--key-file={files['key']}", f"--socket={files['socket']}",
                     f"--pid-file={files['pid']}", f"--log-file={files['log']}", f"--seed-file={files['seed']}")
        self._until(lambda: os.path.exists(files["socket"]), 20, "munged has no socket")
        self._daemon("slurmctld", "-D", "-i")
        self._daemon("slurmd", "-D", "-N", NODE)
        self._until(lambda: "idle" in self._try("sinfo", "--noheader", "--format=%T"), 60, "the node did not become idle")

    def _daemon(self, *words):
        with open(self.folder / f"{words[0]}.out", "wb") as log:
            self.daemons.append(subprocess.Popen(words, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log))

    def _stop(self):
        for daemon in reversed(self.daemons):
            daemon.terminate()
            try:
                daemon.wait(timeout=20)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        self.daemons = []
        shutil.rmtree(self.folder, ignore_errors=True)

    def _logs(self):
        return "\n".join(f"-- {path.name}\n{path.read_text(errors='replace')[-2000:]}"
                         for path in sorted(self.folder.glob("*.out")) + sorted(self.folder.glob("slurm*.log")))

    def _until(self, holds, limit, what):
        deadline = time.monotonic() + limit
        while not holds():
            if time.monotonic() > deadline:
                raise TestFailure(f"{what} within {limit} s\n{self._logs()}")
            time.sleep(0.2)

    def _try(self, *words):
        return subprocess.run(words, env=self.environment, capture_output=True, text=True, timeout=30, check=False).stdout

    def command(self, *words):
        """What a client command prints; a failure of it is a failure of the test."""
        done = subprocess.run(words, env=self.environment, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise TestFailure(f"{' '.join(words)}: {done.stderr}{done.stdout}")
        return done.stdout

    def submit(self, words, folder, **variables):
        """sbatch in a folder, with further variables of the environment; the job's number."""
        done = subprocess.run(["sbatch", "--parsable", *map(str, words)], cwd=folder, env={**self.environment, **variables},
                              capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise TestFailure(f"sbatch {' '.join(map(str, words))}: {done.stderr}")
        return done.stdout.strip().split(";")[0]

    def job(self, number):
        """The fields of `scontrol show job` of one job or array task."""
        text = self.command("scontrol", "show", "job", "--oneliner", number)
        return dict(word.split("=", 1) for word in text.split() if "=" in word)

    def tasks(self, number):
        """The job numbers of an array's tasks."""
        lines = self.command("scontrol", "show", "job", "--oneliner", number).splitlines()
        return [line.split()[0].removeprefix("JobId=") for line in lines if line.strip()]

    def wait(self, number, states, limit=120):
        """Waits for one of the states and returns the job's fields; another final state is a failure."""
        final = {"COMPLETED", "FAILED", "TIMEOUT", "CANCELLED", "NODE_FAIL", "OUT_OF_MEMORY"}
        deadline = time.monotonic() + limit
        while True:
            job = self.job(number)
            if job["JobState"] in states:
                return job
            if job["JobState"] in final or time.monotonic() > deadline:
                raise TestFailure(f"job {number} is {job['JobState']} with exit code {job['ExitCode']}, not {states}")
            time.sleep(0.3)

    def start_now(self, number):
        """A requeued job is held for two minutes (its node might not be tidy yet); here it is."""
        self.command("scontrol", "update", f"JobId={number}", "StartTime=now")
