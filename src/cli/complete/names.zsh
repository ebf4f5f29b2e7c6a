# Names of the store: asks the program what can stand under the cursor. Succeeds where a name stands; anywhere else, and
# where the program is not there, the rest completes commands and flags.
(( $+functions[_siesta_names] )) ||
_siesta_names() {
    local -a answer candidates shown lines
    local line candidate
    local -i width=0
    answer=("${(@f)$(print -rN -- "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" |
        command siesta __complete words 2>/dev/null)}")
    [[ "$answer[1]" == names ]] || return 1
    # The candidates are what stands after `--flag=`.
    [[ "$PREFIX" == --*=* ]] && compset -P 1 '*='
    candidates=("${(@)${(@)answer[2,-1]}%%$'\t'*}")
    for candidate in "${(@)candidates}"; do
        (( ${(m)#candidate} > width )) && width=${(m)#candidate}
    done
    for line in "${(@)answer[2,-1]}"; do
        candidate="${line%%$'\t'*}"
        case "$line" in
            *$'\t'*) shown+=("${(mr:width:)candidate}  -- ${line#*$'\t'}"); lines=(-l) ;;
            *) shown+=("$candidate") ;;
        esac
    done
    (( $#candidates )) && compadd $lines -d shown -a candidates
    return 0
}

