#compdef taara_exporter
# SPDX-License-Identifier: Apache-2.0
# Completion for zsh; options come from the program's own help.
local command=${words[(r)(serve|probe|export|import|forget|forecast|backtest|setup|credentials)]}
if [[ $PREFIX == -* ]]; then
  compadd -- ${(f)"$(taara_exporter $command --help 2>/dev/null | grep -oE '^  --[a-z.-]+' | tr -d ' ' | sort -u)"}
elif [[ -z $command ]]; then
  compadd -- serve probe export import forget forecast backtest setup credentials
else
  _files
fi
