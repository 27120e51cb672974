# SPDX-License-Identifier: MIT
# Completes the words of `shoal` in bash: commands, options (asked of the program itself) and files.
#
#   source scripts/completion/shoal.bash

_shoal() {
  local word="${COMP_WORDS[COMP_CWORD]}" names
  if ((COMP_CWORD == 1)); then
    names="$(shoal --help 2>/dev/null | sed -nE 's/^  ([a-z]+) +.*$/\1/p')"
  elif [[ "$word" == -* && "${COMP_WORDS[1]} ${COMP_WORDS[2]}" == "motifs confirm" ]]; then
    names="$(shoal motifs confirm --help-names 2>/dev/null)"
  elif [[ "$word" == -* ]]; then
    names="$(shoal "${COMP_WORDS[1]}" --help-names 2>/dev/null)"
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
    return
  fi
  mapfile -t COMPREPLY < <(compgen -W "$names" -- "$word")
}
complete -o filenames -F _shoal shoal
