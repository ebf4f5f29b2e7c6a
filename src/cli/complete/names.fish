
# Names of the store: asks the program what can stand under the cursor. Where no name stands, and where the program is
# not there, what is above completes commands and flags.
function __fish_siesta_ask
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    printf '%s\0' $before "$current" | command siesta __complete words 2>/dev/null
end

function __fish_siesta_at_name
    string match -q names (__fish_siesta_ask)[1]
end

function __fish_siesta_names
    set -l answer (__fish_siesta_ask)
    string join \n $answer[2..-1]
end

complete -c siesta -n __fish_siesta_at_name -f -a '(__fish_siesta_names)'
