# SPDX-License-Identifier: Apache-2.0
# Completion for bash. Commands and options come from the program's own help, so they are always those of its version.
_taara_exporter() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command="" given
  COMPREPLY=()
  for given in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $given in serve | probe | export | import | forget | forecast | backtest | setup | credentials)
      command=$given
      break
      ;;
    esac
  done
  if [[ $before == = ]]; then before=${COMP_WORDS[COMP_CWORD - 2]}; fi
  if [[ $word == = ]]; then word=""; fi
  case $before in
    --log.level) mapfile -t COMPREPLY < <(compgen -W "debug info warn error" -- "$word") && return ;;
    --log.format) mapfile -t COMPREPLY < <(compgen -W "logfmt json" -- "$word") && return ;;
    --format) mapfile -t COMPREPLY < <(compgen -W "csv json openmetrics" -- "$word") && return ;;
    --*file | --input | --output | --dir) mapfile -t COMPREPLY < <(compgen -f -- "$word") && return ;;
  esac
  if [[ $word == -* ]]; then
    # shellcheck disable=SC2086 # no command is no word
    mapfile -t COMPREPLY < <(compgen -W "$(taara_exporter $command --help 2>/dev/null | grep -oE '^  --[a-z.-]+' | sort -u)" -- "$word")
  elif [[ -z $command ]]; then
    mapfile -t COMPREPLY < <(compgen -W "serve probe export import forget forecast backtest setup credentials" -- "$word")
  elif [[ $command == credentials ]]; then
    mapfile -t COMPREPLY < <(compgen -W "seal rotate check" -- "$word")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
  fi
}
complete -o filenames -o bashdefault -F _taara_exporter taara_exporter
