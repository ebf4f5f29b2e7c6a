# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_siesta_global_optspecs
    string join \n store= identity-file= expect-fingerprint= actor= o/output= json q/quiet no-input y/yes color= v/verbose h/help V/version
end

function __fish_siesta_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_siesta_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_siesta_using_subcommand
    set -l cmd (__fish_siesta_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c siesta -n "__fish_siesta_needs_command" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_needs_command" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_needs_command" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_needs_command" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_needs_command" -s o -l output -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'"
complete -c siesta -n "__fish_siesta_needs_command" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_needs_command" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_needs_command" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_needs_command" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_needs_command" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_needs_command" -s v -l verbose -d 'Say more about what is being done; -vv says more still'
complete -c siesta -n "__fish_siesta_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_needs_command" -s V -l version -d 'Print version'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "completions" -d 'Print the completion script of a shell'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "man" -d 'Print the man page, or write one page per command into a directory'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "help" -d 'Print the help of a command, or a page on a topic'
complete -c siesta -n "__fish_siesta_using_subcommand completions" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand completions" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand completions" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand completions" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand completions" -s o -l output -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'"
complete -c siesta -n "__fish_siesta_using_subcommand completions" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand completions" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand completions" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand completions" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand completions" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand completions" -s v -l verbose -d 'Say more about what is being done; -vv says more still'
complete -c siesta -n "__fish_siesta_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand man" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand man" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand man" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand man" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand man" -s o -l output -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'"
complete -c siesta -n "__fish_siesta_using_subcommand man" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand man" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand man" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand man" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand man" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand man" -s v -l verbose -d 'Say more about what is being done; -vv says more still'
complete -c siesta -n "__fish_siesta_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand help" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand help" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand help" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand help" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand help" -s o -l output -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'"
complete -c siesta -n "__fish_siesta_using_subcommand help" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand help" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand help" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand help" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand help" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand help" -s v -l verbose -d 'Say more about what is being done; -vv says more still'
complete -c siesta -n "__fish_siesta_using_subcommand help" -s h -l help -d 'Print help (see more with \'--help\')'
