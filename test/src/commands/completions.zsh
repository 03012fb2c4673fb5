# zsh -f SCRIPT COMPLETIONS LINE...: each line after a press of TAB, in an interactive zsh
zmodload zsh/zpty
setup=$(mktemp)
print -r -- "autoload -Uz compinit && compinit -u -D
source $1
show() { print -r -- \"[[\$BUFFER]]\"; BUFFER= }
zle -N show
bindkey '^X' show
print [[ready]]" > $setup
shift
read_to_mark() { out=; until [[ $out == *'[['*']]'* ]]; do zpty -r z line || return; out+=$line; done }
zpty z 'TERM=dumb PS1= zsh -f -i'
zpty -w z "source $setup"
read_to_mark
for typed; do
  zpty -w -n z "$typed"$'\t\x18'
  read_to_mark
  print -r -- "${${out##*\[\[}%%\]\]*}"
done
zpty -d z
rm $setup
