
# Names of the store: asks the program what can stand under the cursor. Succeeds where a name stands; anywhere else, and
# where the program is not there, what is above completes commands and flags. Takes the text that bash will replace.
_siesta_names() {
    local line answer IFS=$' \t\n'
    line=${COMP_LINE-}
    line=${line:0:${COMP_POINT:-0}}
    if [[ -z "$line" ]]; then
        line="${COMP_WORDS[*]:0:${COMP_CWORD:-0}+1}"
    fi
    answer=$(printf '%s\0' "$line" "$1" | command siesta __complete bash 2>/dev/null) || return 1
    [[ "${answer%%$'\n'*}" == names ]] || return 1
    # A name is no file: without this bash would offer those where there are no names.
    compopt +o default +o bashdefault 2>/dev/null
    COMPREPLY=()
    while IFS= read -r line; do
        [[ -z "$line" ]] || COMPREPLY+=("$line")
    done <<< "${answer#names}"
    return 0
}
