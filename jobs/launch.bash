# SPDX-License-Identifier: MIT
# What the job scripts share; they source this file. Settings come from the environment of sbatch (--export=ALL is its default):
# What the job scripts share; they source it. Settings come from the environment of sbatch (--export=ALL is its default):
#
#   SHOAL            the program                                        (default: shoal, on the PATH)
#   SHOAL_LAUNCHER   srun, or mpirun where SLURM was built without PMIx (`srun --mpi=list` shows it)   (default: srun)
#   SHOAL_MODULES    environment modules to load first: SHOAL_MODULES="openmpi/4.1 hdf5/1.10-mpi cuda/13"
#   SHOAL_CONTAINER  an Apptainer image to run in (scripts/apptainer/shoal.def); its Open MPI must be the cluster's 4.x
#   SHOAL_BIND       folders that the container sees beside the home and the submission's: /scratch,/project
#   SHOAL_PARTS      array jobs: parts in all, when only some of them are submitted again (default: the array's tasks)
#   SHOAL_JOBS       this folder, when its path holds blanks
#
# Exit status of a job: shoal's (0 done, 4 some loci failed, 75 stopped and requeued, …), or 2 for wrong use.

die() {
  printf '%s: %s\n' "${SLURM_JOB_NAME:-job}" "$*" >&2
  exit 2
}

# Loads modules and finds the program: `program` is how one process starts, `launch` how the job's ranks do.
prepare() {
  if [[ -n "${SHOAL_MODULES:-}" ]]; then
    load_modules
  fi
  program=("${SHOAL:-shoal}")
  if [[ -n "${SHOAL_CONTAINER:-}" ]]; then
    enter_container
  else
    command -v "${program[0]}" >/dev/null ||
      die "there is no program '${program[0]}': set SHOAL, SHOAL_MODULES or SHOAL_CONTAINER"
  fi
  case "${SHOAL_LAUNCHER:-srun}" in
    # srun does not take the number of CPUs from sbatch any more (SLURM 22.05). A rank that dies must not leave the others
    # waiting for it.
    srun) launch=(srun --mpi=pmix --kill-on-bad-exit=1 --cpus-per-task="${SLURM_CPUS_PER_TASK:-1}") ;;
    mpirun) launch=(mpirun --bind-to none -n "$SLURM_NTASKS") ;;
    *) die "SHOAL_LAUNCHER is '$SHOAL_LAUNCHER'; it can be srun or mpirun" ;;
  esac
}

load_modules() {
  local script
  if ! type module >/dev/null 2>&1; then
    for script in "${LMOD_PKG:-/none}/init/bash" "${MODULESHOME:-/none}/init/bash" /etc/profile.d/{lmod,modules}.sh; do
      # shellcheck disable=SC1090
      [[ -r "$script" ]] && . "$script" && break
    done
  fi
  type module >/dev/null 2>&1 || die "SHOAL_MODULES is set, but this node has no environment modules"
  # shellcheck disable=SC2086  # several names, separated by blanks
  module load $SHOAL_MODULES || die "cannot load $SHOAL_MODULES"
}

enter_container() {
  local runtime options=(--bind "$PWD")
  runtime="$(command -v apptainer || command -v singularity)" ||
    die "SHOAL_CONTAINER is set, but apptainer is not installed here"
  [[ -r "$SHOAL_CONTAINER" ]] || die "there is no container $SHOAL_CONTAINER"
  [[ -z "${SHOAL_BIND:-}" ]] || options+=(--bind "$SHOAL_BIND")
  # The driver's libraries, where SLURM gave the job GPUs.
  [[ -z "${SLURM_JOB_GPUS:-}${SLURM_GPUS_ON_NODE:-}" ]] || options+=(--nv)
  program=("$runtime" exec "${options[@]}" --pwd "$PWD" "$SHOAL_CONTAINER" "${program[@]}")
}

# Prints the number of loci of a store that have one of the given statuses; nothing if there is no store.
# usage: loci_with STORE done|failed|skipped|pending...
loci_with() {
  local store="$1" statuses="${*:2}"
  [[ ! -e "$store" ]] || "${program[@]}" inspect "$store" | awk -v statuses=" $statuses " '
    NF == 2 && index(statuses, " " $1 " ") { sum += $2 }
    END { print sum + 0 }'
}

# Sets `report`: how scripts/report is started, in the container where there is one. Its Python is tried now, so that a job
# does not compute for hours and then find that it cannot draw.
prepare_report() {
  # shellcheck disable=SC2154  # the job script sets `jobs`
  local python="${SHOAL_PYTHON:-python3}" script="$jobs/../scripts/report"
  if [[ -n "${SHOAL_CONTAINER:-}" ]]; then
    report=("${program[@]:0:${#program[@]}-1}" python3 /opt/shoal/scripts/report)
  else
    report=("$python" "$script")
  fi
  "${report[@]}" --help >/dev/null 2>&1 ||
    die "the report cannot start (${report[*]} --help): its Python needs h5py and numpy; SHOAL_PYTHON names another interpreter"
}

# The rows of a BED file, or the records of a FASTA file, of one part: equal numbers, in order.
# usage: part_of bed|fasta FILE PART PARTS
part_of() {
  gzip -cdf "$2" | awk -v kind="$1" -v part="$3" -v parts="$4" '
    kind == "fasta" { if (/^>/) ++n; if (n) record[n - 1] = record[n - 1] $0 "\n"; next }
    /^(#|track|browser)/ || NF == 0 { next }
    { record[n++] = $0 "\n" }
    END { for (i = int(n * part / parts); i < int(n * (part + 1) / parts); ++i) printf "%s", record[i] }'
}

# Array jobs: task K of N scans the K-th part of the loci into a store of its own, STORE.part-K-of-N.h5: jobs that share
# no file cannot wait for each other, and a part that fails is submitted again alone. Sets `store` and adds to `options`.
# usage: take_part CONFIG (reads store and options)
take_part() {
  [[ -n "${SLURM_ARRAY_TASK_ID:-}" ]] || return 0
  local config="$1" part="$SLURM_ARRAY_TASK_ID" parts="${SHOAL_PARTS:-$SLURM_ARRAY_TASK_COUNT}" kind=bed key=loci source file name
  ((part < parts)) ||
    die "array task $part of $parts parts: number the tasks from 0 (--array=0-$((parts - 1))), or set SHOAL_PARTS"
  [[ " ${options[*]} " != *" --loci "* && " ${options[*]} " != *" --fasta "* ]] ||
    die "array jobs take the loci from $config"
  local resolved
  resolved="$("${program[@]}" scan --config "$config" "${options[@]}" --print-config)" || exit
  source="$(sed -n 's/^loci *= *//p' <<<"$resolved")"
  if [[ -z "$source" ]]; then
    kind=fasta key=fasta
    source="$(sed -n 's/^fasta *= *//p' <<<"$resolved")"
  fi
  [[ -r "$source" ]] || die "cannot read the loci '$source' of $config"
  name="$(printf 'part-%0*d-of-%d' "${#parts}" "$part" "$parts")"
  store="${store%.h5}.$name.h5"
  file="${store%.h5}.$kind"
  part_of "$kind" "$source" "$part" "$parts" >"$file" || die "cannot write $file"
  if [[ ! -s "$file" ]]; then
    echo "$name has no loci: there are fewer loci than parts"
    exit 0
  fi
  options+=("--$key" "$file")
}

# SLURM's warning may come up to a minute early, and so before there is anything to stop: from the first line on, a script
# only notes it (`trap 'stopping=true' USR1`).
stopping="${stopping:-false}"

# Runs shoal on all ranks until it ends or SLURM warns. Sets `status`; USR1 to this script stops the scan, which finishes
# the loci in hand and exits with 75.
# usage: run_step WORD...
run_step() {
  # The step runs in the background: bash runs a trap only when no foreground command holds it.
  trap 'stopping=true; stop_step' USR1
  "${launch[@]}" "${program[@]}" "$@" &
  step=$!
  [[ "$stopping" == false ]] || stop_step
  # `wait` returns early when the trap has run; wait again until the step itself has ended.
  while true; do
    wait "$step"
    status=$?
    kill -0 "$step" 2>/dev/null || break
  done
  trap 'stopping=true' USR1
}

# srun passes USR1 on to the ranks, and so does mpirun; neither does before the ranks are there, so it is said again until
# the step has ended.
stop_step() {
  [[ -n "${step:-}" ]] || return 0
  (while kill -USR1 "$step" 2>/dev/null; do sleep 5; done) &
}

# Sets `status` to 1 if all seemed well and was not: srun says 0 when no task of the step could be launched.
# usage: check_complete STORE
check_complete() {
  local pending
  [[ "$status" == 0 ]] || return 0
  pending="$(loci_with "$1" pending)"
  if [[ "$pending" != 0 ]]; then
    echo "the launcher says that all went well, but $1 has ${pending:-all its} loci pending: resume it" >&2
    status=1
  fi
}

# A comparison that SLURM stopped goes on in the next start of the job.
requeue_comparison() {
  [[ "$status" == 75 ]] || { [[ "$stopping" == true ]] && ((status > 128)); } || return 0
  [[ "$(scontrol show job --oneliner "$SLURM_JOB_ID")" == *"JobState=RUNNING"* ]] || return 0
  echo "the comparison was stopped and goes on: requeueing job $SLURM_JOB_ID"
  scontrol requeue "$SLURM_JOB_ID"
}

# A job that merely times out is never requeued by SLURM, --requeue or not: ask for it. A rank that the launcher killed
# because another had left with 75 first shows as 128 and more; a killed scan resumes as well. A job that somebody
# cancelled is no longer running and stays cancelled; one that started again and finished no locus would go round in circles.
# usage: requeue_when_stopped STORE FINISHED_BEFORE (reads status, stopping)
requeue_when_stopped() {
  [[ "$status" == 75 ]] || { [[ "$stopping" == true ]] && ((status > 128)); } || return 0
  [[ "$(scontrol show job --oneliner "$SLURM_JOB_ID")" == *"JobState=RUNNING"* ]] || return 0
  local now
  now="$(loci_with "$1" 'done' failed skipped)"
  if [[ "${now:-0}" == "${2:-0}" && "${SLURM_RESTART_COUNT:-0}" != 0 ]]; then
    echo "no locus was finished since the job was started again: not requeued; it needs a longer time limit" >&2
    return 0
  fi
  echo "stopped early and resumable, ${now:-0} loci finished: requeueing job $SLURM_JOB_ID"
  scontrol requeue "$SLURM_JOB_ID"
}

# Training (jobs/train.sbatch): `program` becomes shoal-train, and `launch` starts workers that need not wait for each other; one
# whose run failed does not end the others.
# usage: prepare_training JOBS_FOLDER
prepare_training() {
  if [[ -n "${SHOAL_MODULES:-}" ]]; then
    load_modules
  fi
  program=("${SHOAL_TRAIN:-$1/../scripts/shoal-train}")
  command -v "${program[0]}" >/dev/null || die "there is no program '${program[0]}': set SHOAL_TRAIN"
  case "${SHOAL_LAUNCHER:-srun}" in
    srun) launch=(srun --kill-on-bad-exit=0 --cpus-per-task="${SLURM_CPUS_PER_TASK:-1}") ;;
    mpirun) launch=(mpirun --bind-to none --mca orte_abort_on_non_zero_status 0 -n "$SLURM_NTASKS") ;;
    *) die "SHOAL_LAUNCHER is '$SHOAL_LAUNCHER'; it can be srun or mpirun" ;;
  esac
}

# Asks for the job again where its time was over: runs go on from their checkpoints (reads status, stopping).
requeue_training() {
  [[ "$status" == 75 || "$stopping" == true ]] || return 0
  [[ "$(scontrol show job --oneliner "$SLURM_JOB_ID")" == *"JobState=RUNNING"* ]] || exit "$status"
  echo "stopped early and resumable: requeueing job $SLURM_JOB_ID"
  scontrol requeue "$SLURM_JOB_ID"
  exit 75
}
