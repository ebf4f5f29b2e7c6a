# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_siesta_global_optspecs
    string join \n store= identity-file= passphrase-file= expect-fingerprint= actor= o= json q/quiet no-input y/yes color= v/verbose h/help V/version
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
complete -c siesta -n "__fish_siesta_needs_command" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_needs_command" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_needs_command" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_needs_command" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_needs_command" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_needs_command" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_needs_command" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_needs_command" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_needs_command" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_needs_command" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_needs_command" -s V -l version -d 'Print version'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "init" -d 'Create the store and its key'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "status" -d 'Show where things stand: store, key, actor, and what needs attention'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "doctor" -d 'Look for what is wrong or about to be: key, files, clock, sign-in, audit, cron, connections'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "add" -d 'Connect a service: with a key, or by signing in'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "list" -d 'List connections'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "show" -d 'Show a connection: scopes, functions with their mode, policies and limits'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "test" -d 'Try connections live, with the catalogue\'s small read-only request'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "edit" -d 'Change what is said about a connection; never where its credential may go'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "rename" -d 'Give a connection another label; its id, policies and limits stay'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "reauth" -d 'Sign in again; everything but the credential is kept'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "refresh" -d 'Renew access tokens ahead of time, as cron does; never opens a browser'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "rotate" -d 'Replace the key of a connection; everything else is kept'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "revoke" -d 'Revoke a connection: the provider first, then the credential is destroyed'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "grant" -d 'Let a user or team use a connection'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "ungrant" -d 'Take a grant back from a user or team'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "assign" -d 'Let an agent use a connection: read-only until its policy says otherwise'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "unassign" -d 'Take a connection from an agent'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "functions" -d 'Manage a connection\'s functions: their modes there, and those it was given by hand'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "catalog" -d 'Manage the catalogue of services and their functions'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "app" -d 'Manage the organization\'s own OAuth clients'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "governance" -d 'Manage what may be done: the mode of services and functions'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "policy" -d 'Manage how an agent may use a connection'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "explain" -d 'Explain how a request would be decided, rule by rule, without doing anything'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "access" -d 'Manage requests for access: an agent asks for a connection, a person decides'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "export" -d 'Write the organization as a file: governance, policies, limits, people, connections; no credential'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "plan" -d 'Show what a file would change, and what of that widens access; exit 12 when there are changes'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "apply" -d 'Make the organization as a file says: all of it, or nothing'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "freeze" -d 'Stop everything, an agent or a connection at once: every call is denied until it is lifted'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "unfreeze" -d 'Lift a freeze'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "panic" -d 'Stop everything at once, without a question; --revoke also revokes every connection'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "call" -d 'Make a governed call: decided, recorded, made, recorded'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "request" -d 'Make a governed request by method and address: decided as a call is'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "token" -d 'Hand out a short-lived access token of an OAuth connection'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "exec" -d 'Run a command with a short-lived access token in its environment'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "executions" -d 'Manage executions and the approvals they wait for'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "limits" -d 'Manage token limits of model connections'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "usage" -d 'Manage token usage: recorded, reserved, added up'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "audit" -d 'Manage the tamper-evident audit'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "user" -d 'Manage users'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "team" -d 'Manage teams and their members'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "agent" -d 'Manage agents: whatever acts'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "org" -d 'Manage the organization\'s settings'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "store" -d 'Manage the encrypted store'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "manifest" -d 'Manage integration manifests: the file that tells a coding agent how to build on Siesta AI'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "overview" -d 'Draw a picture of the organization: connections, who may use them, limits, questions, decisions'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "import" -d 'Import tokens and keys that are already on this machine; nothing is deleted where they are'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "completions" -d 'Print the completion script of a shell'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "man" -d 'Print the man page, or write one page per command into a directory'
complete -c siesta -n "__fish_siesta_needs_command" -f -a "help" -d 'Print the help of a command, or a page on a topic'
complete -c siesta -n "__fish_siesta_using_subcommand init" -l key -d 'Where the key is kept' -r -f -a "file\t'In a file only its owner can read'
passphrase\t'In such a file, under a passphrase'
keyring\t'In the desktop\'s keyring'
command\t'Wherever a command prints an identity that exists already'
credential\t'In a systemd credential that holds an identity'
fd\t'On a file descriptor that delivers an identity'"
complete -c siesta -n "__fish_siesta_using_subcommand init" -l identity-command -d 'With --key command: what prints the identity, such as \'pass show siesta\'' -r
complete -c siesta -n "__fish_siesta_using_subcommand init" -l credential -d 'With --key credential: the name of the systemd credential' -r
complete -c siesta -n "__fish_siesta_using_subcommand init" -l identity-fd -d 'With --key fd: the descriptor the identity is read from' -r
complete -c siesta -n "__fish_siesta_using_subcommand init" -l recovery-recipient -d 'Also seal the store for this age recipient, whose key is kept elsewhere' -r
complete -c siesta -n "__fish_siesta_using_subcommand init" -l org -d 'The organization\'s name' -r
complete -c siesta -n "__fish_siesta_using_subcommand init" -l user -d 'The first owner; the login name unless given' -r
complete -c siesta -n "__fish_siesta_using_subcommand init" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand init" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand init" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand init" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand init" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand init" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand init" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand init" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand init" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand init" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand init" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand init" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand status" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand status" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand status" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand status" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand status" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand status" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand status" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand status" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand status" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand status" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand status" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand status" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand doctor" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand doctor" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand doctor" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand doctor" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand doctor" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand doctor" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand doctor" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand doctor" -l fix -d 'Put right what needs nobody\'s word: permissions, what was left behind, a missing pin'
complete -c siesta -n "__fish_siesta_using_subcommand doctor" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand doctor" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand doctor" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand doctor" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand doctor" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand add" -l access -d 'Who may use it: private (owner and grants) or shared (everybody, unless granted to some)' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -l owner -d 'The user answerable for it; whoever adds it unless given' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -l purpose -d 'One line why it exists' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -l secret-file -d 'Read the secret from a file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand add" -l secret-fd -d 'Read the secret from an open file descriptor' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -l with -d 'How to open it, where the service has several ways (siesta catalog show)' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -l set -d 'A setting the service asks for; may be repeated' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -l site-url -d 'The site to connect, where an account has several: https://acme.atlassian.net' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -l base-url -d 'Where the API lives: a self-hosted or compatible server' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -l issuer -d 'The authorization server, which describes itself' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -l authorization-url -d 'The authorization endpoint of a server that does not describe itself' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -l token-url -d 'Its token endpoint' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -l revocation-url -d 'Its revocation endpoint' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -l device-url -d 'Its device authorization endpoint' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -l client-id -d 'The OAuth client to sign in with, instead of the one of `siesta app set`' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -l tenant -d 'The tenant to sign in at: its id or domain (Microsoft)' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -l scope -d 'Ask for this scope; may be repeated' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -l account-hint -d 'The account that must be signed in with' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -l client-secret-file -d 'Read the client secret from a file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand add" -l client-secret-fd -d 'Read the client secret from an open file descriptor' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -l callback-port -d 'Listen for the browser on this port of the loopback address' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -l timeout -d 'Give up when there is no answer by then; 5m, or as long as the code of --device lives, unless given' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -l finish -d 'Finish a sign-in that --begin began, with the whole address the browser was sent to (asked for unless given)' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -l agent -d 'Assign the connection to this agent once it is connected' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -l allowed-models -d 'What the agent may have: broker (siesta makes the call), vend (it gets a short-lived token)' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand add" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand add" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand add" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand add" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand add" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand add" -l secret-stdin -d 'Read the secret from stdin'
complete -c siesta -n "__fish_siesta_using_subcommand add" -l no-verify -d 'Store the key without trying it'
complete -c siesta -n "__fish_siesta_using_subcommand add" -l no-secret -d 'The service asks for no credential'
complete -c siesta -n "__fish_siesta_using_subcommand add" -l allow-private-network -d 'Allow addresses of the private network, and plain http on this machine'
complete -c siesta -n "__fish_siesta_using_subcommand add" -l require-scopes -d 'Refuse when not every scope is granted'
complete -c siesta -n "__fish_siesta_using_subcommand add" -l client-secret-stdin -d 'Read the client secret from stdin'
complete -c siesta -n "__fish_siesta_using_subcommand add" -l no-browser -d 'Print the address only, with the ssh line that leads a browser elsewhere back here'
complete -c siesta -n "__fish_siesta_using_subcommand add" -l device -d 'Sign in by typing a code on another device'
complete -c siesta -n "__fish_siesta_using_subcommand add" -l paste -d 'Do not listen: ask for the address the browser was sent to, or read it from stdin'
complete -c siesta -n "__fish_siesta_using_subcommand add" -l begin -d 'Only begin: print the address and an id for `siesta add --finish`, which another process may run'
complete -c siesta -n "__fish_siesta_using_subcommand add" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand add" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand add" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand add" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand add" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand list" -l service -d 'Only connections to this service' -r
complete -c siesta -n "__fish_siesta_using_subcommand list" -l provider -d 'Only connections at this provider' -r
complete -c siesta -n "__fish_siesta_using_subcommand list" -l status -d 'Only those in this state: healthy, needs_reauth, revoked' -r
complete -c siesta -n "__fish_siesta_using_subcommand list" -l access -d 'Only private or only shared ones' -r
complete -c siesta -n "__fish_siesta_using_subcommand list" -l owner -d 'Only those this user answers for' -r
complete -c siesta -n "__fish_siesta_using_subcommand list" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand list" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand list" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand list" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand list" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand list" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand list" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand list" -l all -d 'Revoked ones too'
complete -c siesta -n "__fish_siesta_using_subcommand list" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand list" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand list" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand list" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand list" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand show" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand show" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand show" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand show" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand show" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand show" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand show" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand show" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand show" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand show" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand show" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand show" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand test" -l agent -d 'As a call of this agent: decided by its policy, recorded and counted' -r
complete -c siesta -n "__fish_siesta_using_subcommand test" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand test" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand test" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand test" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand test" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand test" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand test" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand test" -l all -d 'Every living connection; with --agent, those that are assigned to it'
complete -c siesta -n "__fish_siesta_using_subcommand test" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand test" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand test" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand test" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand test" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand test" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand edit" -l name -d 'The new label' -r
complete -c siesta -n "__fish_siesta_using_subcommand edit" -l owner -d 'The user answerable for it' -r
complete -c siesta -n "__fish_siesta_using_subcommand edit" -l purpose -d 'Why it exists, in one line' -r
complete -c siesta -n "__fish_siesta_using_subcommand edit" -l access -d 'private or shared' -r
complete -c siesta -n "__fish_siesta_using_subcommand edit" -l approver -d 'Who answers what it is asked to do, instead of owners and admins; may be repeated' -r
complete -c siesta -n "__fish_siesta_using_subcommand edit" -l reviewer -d 'Who looks at its failures and at requests for it' -r
complete -c siesta -n "__fish_siesta_using_subcommand edit" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand edit" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand edit" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand edit" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand edit" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand edit" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand edit" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand edit" -l no-approvers -d 'Owners, admins and its own owner answer again'
complete -c siesta -n "__fish_siesta_using_subcommand edit" -l no-reviewer -d 'Nobody in particular looks at them'
complete -c siesta -n "__fish_siesta_using_subcommand edit" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand edit" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand edit" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand edit" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand edit" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand rename" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand rename" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand rename" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand rename" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand rename" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand rename" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand rename" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand rename" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand rename" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand rename" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand rename" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand rename" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand rename" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand reauth" -l scope -d 'Ask for these scopes instead of the earlier ones; may be repeated' -r
complete -c siesta -n "__fish_siesta_using_subcommand reauth" -l add-scope -d 'Ask for this scope in addition to the earlier ones; may be repeated' -r
complete -c siesta -n "__fish_siesta_using_subcommand reauth" -l callback-port -d 'Listen for the browser on this port of the loopback address' -r
complete -c siesta -n "__fish_siesta_using_subcommand reauth" -l timeout -d 'Give up when there is no answer by then; 5m, or as long as the code of --device lives, unless given' -r
complete -c siesta -n "__fish_siesta_using_subcommand reauth" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand reauth" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand reauth" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand reauth" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand reauth" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand reauth" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand reauth" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand reauth" -l allow-account-change -d 'Accept another account than before'
complete -c siesta -n "__fish_siesta_using_subcommand reauth" -l no-browser -d 'Print the address only, with the ssh line that leads a browser elsewhere back here'
complete -c siesta -n "__fish_siesta_using_subcommand reauth" -l device -d 'Sign in by typing a code on another device'
complete -c siesta -n "__fish_siesta_using_subcommand reauth" -l paste -d 'Do not listen: ask for the address the browser was sent to, or read it from stdin'
complete -c siesta -n "__fish_siesta_using_subcommand reauth" -l begin -d 'Only begin: print the address and an id for `siesta add --finish`, which another process may run'
complete -c siesta -n "__fish_siesta_using_subcommand reauth" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand reauth" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand reauth" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand reauth" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand reauth" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand reauth" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand refresh" -l within -d 'Only those whose token runs out within this time' -r
complete -c siesta -n "__fish_siesta_using_subcommand refresh" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand refresh" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand refresh" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand refresh" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand refresh" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand refresh" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand refresh" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand refresh" -l all -d 'Every connection that was signed in to; those whose token is nearly over unless --within says when'
complete -c siesta -n "__fish_siesta_using_subcommand refresh" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand refresh" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand refresh" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand refresh" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand refresh" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand refresh" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand rotate" -l secret-file -d 'Read the secret from a file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand rotate" -l secret-fd -d 'Read the secret from an open file descriptor' -r
complete -c siesta -n "__fish_siesta_using_subcommand rotate" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand rotate" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand rotate" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand rotate" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand rotate" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand rotate" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand rotate" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand rotate" -l secret-stdin -d 'Read the secret from stdin'
complete -c siesta -n "__fish_siesta_using_subcommand rotate" -l no-verify -d 'Store the key without trying it'
complete -c siesta -n "__fish_siesta_using_subcommand rotate" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand rotate" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand rotate" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand rotate" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand rotate" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand rotate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand revoke" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand revoke" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand revoke" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand revoke" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand revoke" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand revoke" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand revoke" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand revoke" -l local-only -d 'Do not ask the provider; the credential stays alive there'
complete -c siesta -n "__fish_siesta_using_subcommand revoke" -l keep-for-retry -d 'If the provider cannot be reached, keep the tokens sealed for 24 h, for --retry; they open nothing meanwhile'
complete -c siesta -n "__fish_siesta_using_subcommand revoke" -l retry -d 'Ask the provider again to revoke what --keep-for-retry kept; with --local-only: destroy it without asking'
complete -c siesta -n "__fish_siesta_using_subcommand revoke" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand revoke" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand revoke" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand revoke" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand revoke" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand revoke" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand grant" -l user -d 'This user' -r
complete -c siesta -n "__fish_siesta_using_subcommand grant" -l team -d 'Every member of this team' -r
complete -c siesta -n "__fish_siesta_using_subcommand grant" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand grant" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand grant" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand grant" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand grant" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand grant" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand grant" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand grant" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand grant" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand grant" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand grant" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand grant" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand grant" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand ungrant" -l user -d 'This user' -r
complete -c siesta -n "__fish_siesta_using_subcommand ungrant" -l team -d 'Every member of this team' -r
complete -c siesta -n "__fish_siesta_using_subcommand ungrant" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand ungrant" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand ungrant" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand ungrant" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand ungrant" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand ungrant" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand ungrant" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand ungrant" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand ungrant" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand ungrant" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand ungrant" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand ungrant" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand ungrant" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand assign" -l allowed-models -d 'What the agent may have: broker (siesta makes the call), vend (it gets a short-lived token)' -r
complete -c siesta -n "__fish_siesta_using_subcommand assign" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand assign" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand assign" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand assign" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand assign" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand assign" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand assign" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand assign" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand assign" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand assign" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand assign" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand assign" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand assign" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand unassign" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand unassign" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand unassign" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand unassign" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand unassign" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand unassign" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand unassign" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand unassign" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand unassign" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand unassign" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand unassign" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand unassign" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand unassign" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and not __fish_seen_subcommand_from list set unset add edit remove" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand functions; and not __fish_seen_subcommand_from list set unset add edit remove" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand functions; and not __fish_seen_subcommand_from list set unset add edit remove" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand functions; and not __fish_seen_subcommand_from list set unset add edit remove" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand functions; and not __fish_seen_subcommand_from list set unset add edit remove" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand functions; and not __fish_seen_subcommand_from list set unset add edit remove" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand functions; and not __fish_seen_subcommand_from list set unset add edit remove" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand functions; and not __fish_seen_subcommand_from list set unset add edit remove" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and not __fish_seen_subcommand_from list set unset add edit remove" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and not __fish_seen_subcommand_from list set unset add edit remove" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and not __fish_seen_subcommand_from list set unset add edit remove" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and not __fish_seen_subcommand_from list set unset add edit remove" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and not __fish_seen_subcommand_from list set unset add edit remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and not __fish_seen_subcommand_from list set unset add edit remove" -f -a "list" -d 'List a connection\'s functions with the mode they have there, and why'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and not __fish_seen_subcommand_from list set unset add edit remove" -f -a "set" -d 'Tighten the mode of functions on one connection'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and not __fish_seen_subcommand_from list set unset add edit remove" -f -a "unset" -d 'Take a connection\'s own modes back: what the organization says holds again'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and not __fish_seen_subcommand_from list set unset add edit remove" -f -a "add" -d 'Give a REST connection a function of its own'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and not __fish_seen_subcommand_from list set unset add edit remove" -f -a "edit" -d 'Change a function that a REST connection was given by hand'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and not __fish_seen_subcommand_from list set unset add edit remove" -f -a "remove" -d 'Take a function away that a REST connection was given by hand'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from list" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from list" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from list" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from list" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from list" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from list" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from list" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from list" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from set" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from set" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from set" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from set" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from set" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from set" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from set" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from set" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from set" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from set" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from unset" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from unset" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from unset" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from unset" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from unset" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from unset" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from unset" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from unset" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from unset" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from unset" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from unset" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from unset" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from unset" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from add" -l method -d 'GET, HEAD, POST, PUT, PATCH or DELETE' -r
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from add" -l path -d 'The path below the connection\'s base URL; {names} are filled by parameters' -r
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from add" -l kind -d 'What it does: read, draft, write, send, delete, publish, permission, financial; by its method unless given' -r
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from add" -l param -d 'A parameter: NAME:TYPE:query|path|header|body[:required][=STATIC]; may be repeated' -r
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from add" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from add" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from add" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from add" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from add" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from add" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from add" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from add" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from add" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from edit" -l method -d 'Another method' -r
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from edit" -l path -d 'Another path' -r
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from edit" -l kind -d 'What it does: read, draft, write, send, delete, publish, permission, financial; by its method unless given' -r
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from edit" -l param -d 'A parameter: NAME:TYPE:query|path|header|body[:required][=STATIC]; may be repeated' -r
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from edit" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from edit" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from edit" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from edit" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from edit" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from edit" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from edit" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from edit" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from edit" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from edit" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from edit" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from edit" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from remove" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from remove" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from remove" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from remove" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from remove" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from remove" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from remove" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from remove" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from remove" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand functions; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and not __fish_seen_subcommand_from list search show import remove" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and not __fish_seen_subcommand_from list search show import remove" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and not __fish_seen_subcommand_from list search show import remove" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and not __fish_seen_subcommand_from list search show import remove" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and not __fish_seen_subcommand_from list search show import remove" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and not __fish_seen_subcommand_from list search show import remove" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and not __fish_seen_subcommand_from list search show import remove" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and not __fish_seen_subcommand_from list search show import remove" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and not __fish_seen_subcommand_from list search show import remove" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and not __fish_seen_subcommand_from list search show import remove" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and not __fish_seen_subcommand_from list search show import remove" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and not __fish_seen_subcommand_from list search show import remove" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and not __fish_seen_subcommand_from list search show import remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and not __fish_seen_subcommand_from list search show import remove" -f -a "list" -d 'List the services that can be connected'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and not __fish_seen_subcommand_from list search show import remove" -f -a "search" -d 'Search services and functions for words'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and not __fish_seen_subcommand_from list search show import remove" -f -a "show" -d 'Show a service: how it is connected and what it can do; or one function and its arguments'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and not __fish_seen_subcommand_from list search show import remove" -f -a "import" -d 'Import a service from an OpenAPI 3 document, or from a file in the catalogue\'s own layout'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and not __fish_seen_subcommand_from list search show import remove" -f -a "remove" -d 'Remove an imported service that nothing is connected to'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from list" -l provider -d 'Only services of this provider' -r
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from list" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from list" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from list" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from list" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from list" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from list" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from list" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from list" -l imported -d 'Only services that the organization imported, which are in the store'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from list" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from search" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from search" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from search" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from search" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from search" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from search" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from search" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from search" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from search" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from search" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from search" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from search" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from search" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from show" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from show" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from show" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from show" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from show" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from show" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from show" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from show" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from import" -l id -d 'The service\'s id, instead of the document\'s own or one made from its title' -r
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from import" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from import" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from import" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from import" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from import" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from import" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from import" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from import" -l dry-run -d 'Show what would change, and change nothing'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from import" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from import" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from import" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from import" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from remove" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from remove" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from remove" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from remove" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from remove" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from remove" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from remove" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from remove" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from remove" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand catalog; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand app; and not __fish_seen_subcommand_from set list show remove" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand app; and not __fish_seen_subcommand_from set list show remove" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand app; and not __fish_seen_subcommand_from set list show remove" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand app; and not __fish_seen_subcommand_from set list show remove" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand app; and not __fish_seen_subcommand_from set list show remove" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand app; and not __fish_seen_subcommand_from set list show remove" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand app; and not __fish_seen_subcommand_from set list show remove" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand app; and not __fish_seen_subcommand_from set list show remove" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand app; and not __fish_seen_subcommand_from set list show remove" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand app; and not __fish_seen_subcommand_from set list show remove" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand app; and not __fish_seen_subcommand_from set list show remove" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand app; and not __fish_seen_subcommand_from set list show remove" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand app; and not __fish_seen_subcommand_from set list show remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand app; and not __fish_seen_subcommand_from set list show remove" -f -a "set" -d 'Set the organization\'s OAuth client at a provider'
complete -c siesta -n "__fish_siesta_using_subcommand app; and not __fish_seen_subcommand_from set list show remove" -f -a "list" -d 'List the organization\'s OAuth clients'
complete -c siesta -n "__fish_siesta_using_subcommand app; and not __fish_seen_subcommand_from set list show remove" -f -a "show" -d 'Show the organization\'s OAuth client at a provider, and which connections sign in with it'
complete -c siesta -n "__fish_siesta_using_subcommand app; and not __fish_seen_subcommand_from set list show remove" -f -a "remove" -d 'Remove the organization\'s OAuth client at a provider; connections keep theirs'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from set" -l client-id -d 'The client id the provider gave at registration' -r
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from set" -l client-secret-file -d 'Read the client secret from a file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from set" -l client-secret-fd -d 'Read the client secret from an open file descriptor' -r
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from set" -l redirect-host -d 'The host of the registered redirect, 127.0.0.1 or localhost; the one the provider wants unless given' -r
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from set" -l redirect-port -d 'The loopback port that is registered as the redirect; any port unless given' -r
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from set" -l redirect-path -d 'The path of the registered redirect; /callback unless given, any: a new one for every sign-in' -r
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from set" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from set" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from set" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from set" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from set" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from set" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from set" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from set" -l client-secret-stdin -d 'Read the client secret from stdin'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from set" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from set" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from set" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from list" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from list" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from list" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from list" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from list" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from list" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from list" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from list" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from show" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from show" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from show" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from show" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from show" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from show" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from show" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from show" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from remove" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from remove" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from remove" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from remove" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from remove" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from remove" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from remove" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from remove" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from remove" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand app; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and not __fish_seen_subcommand_from list set unset" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand governance; and not __fish_seen_subcommand_from list set unset" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand governance; and not __fish_seen_subcommand_from list set unset" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand governance; and not __fish_seen_subcommand_from list set unset" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand governance; and not __fish_seen_subcommand_from list set unset" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand governance; and not __fish_seen_subcommand_from list set unset" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand governance; and not __fish_seen_subcommand_from list set unset" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand governance; and not __fish_seen_subcommand_from list set unset" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and not __fish_seen_subcommand_from list set unset" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and not __fish_seen_subcommand_from list set unset" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and not __fish_seen_subcommand_from list set unset" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and not __fish_seen_subcommand_from list set unset" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and not __fish_seen_subcommand_from list set unset" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and not __fish_seen_subcommand_from list set unset" -f -a "list" -d 'List every function with its effective mode and the record that decided it'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and not __fish_seen_subcommand_from list set unset" -f -a "set" -d 'Set the mode of services and functions, several at once and by pattern'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and not __fish_seen_subcommand_from list set unset" -f -a "unset" -d 'Go back to the catalogue\'s default modes'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from list" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from list" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from list" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from list" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from list" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from list" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from list" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from list" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from set" -l kind -d 'Only functions of these kinds: read, draft, write, send, delete, publish, permission, financial' -r
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from set" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from set" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from set" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from set" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from set" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from set" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from set" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from set" -l dry-run -d 'Say what would change, and change nothing'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from set" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from set" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from set" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from unset" -l kind -d 'Only functions of these kinds: read, draft, write, send, delete, publish, permission, financial' -r
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from unset" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from unset" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from unset" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from unset" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from unset" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from unset" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from unset" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from unset" -l dry-run -d 'Say what would change, and change nothing'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from unset" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from unset" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from unset" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from unset" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from unset" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand governance; and __fish_seen_subcommand_from unset" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and not __fish_seen_subcommand_from set list show remove lint" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand policy; and not __fish_seen_subcommand_from set list show remove lint" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand policy; and not __fish_seen_subcommand_from set list show remove lint" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand policy; and not __fish_seen_subcommand_from set list show remove lint" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and not __fish_seen_subcommand_from set list show remove lint" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and not __fish_seen_subcommand_from set list show remove lint" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand policy; and not __fish_seen_subcommand_from set list show remove lint" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand policy; and not __fish_seen_subcommand_from set list show remove lint" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and not __fish_seen_subcommand_from set list show remove lint" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and not __fish_seen_subcommand_from set list show remove lint" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and not __fish_seen_subcommand_from set list show remove lint" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and not __fish_seen_subcommand_from set list show remove lint" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and not __fish_seen_subcommand_from set list show remove lint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and not __fish_seen_subcommand_from set list show remove lint" -f -a "set" -d 'Set how an agent may use a connection; the first one assigns it'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and not __fish_seen_subcommand_from set list show remove lint" -f -a "list" -d 'List policies: which agent may use which connection, and how'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and not __fish_seen_subcommand_from set list show remove lint" -f -a "show" -d 'Show a policy with all its parts'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and not __fish_seen_subcommand_from set list show remove lint" -f -a "remove" -d 'Remove a policy, and with it the agent\'s use of the connection'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and not __fish_seen_subcommand_from set list show remove lint" -f -a "lint" -d 'Find what is odd about policies; exit code 12 when anything is'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l mode -d 'What happens to an operation no rule names: read_only, read_write or custom' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l step-up -d 'When a person is asked although the function itself would not: always, risk_based or never' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l allowed-models -d 'What the agent may have: broker (siesta makes the call), vend (it gets a short-lived token)' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l allow -d 'What may be called, as METHOD[,METHOD] URL; * is one segment, ** any number; all: the whole API; repeatable' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l rate -d 'How many calls in an hour, as N/h, or none' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l max-payload -d 'The largest payload, such as 512KiB, or none' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l max-response -d 'The largest answer, such as 2MiB, or none' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l window -d 'When it may be used, as DAYS HH:MM-HH:MM ZONE, or none; repeatable' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l constraint-chat -d 'Only these chats, by id, or none' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l constraint-channel -d 'Only these channels, by id, or none' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l constraint-user -d 'Only these users, by id, or none' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l constraint-tenant -d 'Only these tenants, by id, or none' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l constraint-site -d 'Only these sites, by id, or none' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l constraint-folder -d 'Only these folders, by id, or none' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l rules -d 'Request and response rules, as JSON: a file, - for standard input, or none' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l preset -d 'Mode, step-up and rules made from the service\'s functions: strict, standard or minimal' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l allow-unenforced-vend -d 'Hand tokens out although something restricts the agent that a token would not keep' -r -f -a "true\t''
false\t''"
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l if-version -d 'Change this version of the policy and no other' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l dry-run -d 'Show what would change, and change nothing'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from list" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from list" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from list" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from list" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from list" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from list" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from list" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from list" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from show" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from show" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from show" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from show" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from show" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from show" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from show" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from show" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from remove" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from remove" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from remove" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from remove" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from remove" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from remove" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from remove" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from remove" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from remove" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from lint" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from lint" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from lint" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from lint" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from lint" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from lint" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from lint" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from lint" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from lint" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from lint" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from lint" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from lint" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand policy; and __fish_seen_subcommand_from lint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand explain" -l connection -d 'Label, id, or service of a singleton' -r
complete -c siesta -n "__fish_siesta_using_subcommand explain" -l arg -d 'An argument, as NAME=VALUE, or NAME=@FILE for one that is a file; may be repeated' -r
complete -c siesta -n "__fish_siesta_using_subcommand explain" -l args -d 'All arguments as a JSON object: @FILE, or - for standard input' -r
complete -c siesta -n "__fish_siesta_using_subcommand explain" -l header -d 'With a method: a header, as NAME:VALUE; may be repeated' -r
complete -c siesta -n "__fish_siesta_using_subcommand explain" -l query -d 'With a method: a parameter of the query, as NAME=VALUE; may be repeated' -r
complete -c siesta -n "__fish_siesta_using_subcommand explain" -l body -d 'With a method: the body, as @FILE or - for standard input; JSON unless a Content-Type header says otherwise; what is neither JSON nor a form goes as it is' -r
complete -c siesta -n "__fish_siesta_using_subcommand explain" -l agent -d 'The agent that asks' -r
complete -c siesta -n "__fish_siesta_using_subcommand explain" -l user -d 'The user on whose behalf it asks' -r
complete -c siesta -n "__fish_siesta_using_subcommand explain" -l team -d 'The team whose budget is used' -r
complete -c siesta -n "__fish_siesta_using_subcommand explain" -l at -d 'Decide as of this instant' -r
complete -c siesta -n "__fish_siesta_using_subcommand explain" -l flow -d 'broker (siesta makes the call) or vend (the agent gets a short-lived token)' -r
complete -c siesta -n "__fish_siesta_using_subcommand explain" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand explain" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand explain" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand explain" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand explain" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand explain" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand explain" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand explain" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand explain" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand explain" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand explain" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand explain" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand access; and not __fish_seen_subcommand_from request list approve reject" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand access; and not __fish_seen_subcommand_from request list approve reject" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand access; and not __fish_seen_subcommand_from request list approve reject" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand access; and not __fish_seen_subcommand_from request list approve reject" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand access; and not __fish_seen_subcommand_from request list approve reject" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand access; and not __fish_seen_subcommand_from request list approve reject" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand access; and not __fish_seen_subcommand_from request list approve reject" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand access; and not __fish_seen_subcommand_from request list approve reject" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand access; and not __fish_seen_subcommand_from request list approve reject" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand access; and not __fish_seen_subcommand_from request list approve reject" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand access; and not __fish_seen_subcommand_from request list approve reject" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand access; and not __fish_seen_subcommand_from request list approve reject" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand access; and not __fish_seen_subcommand_from request list approve reject" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand access; and not __fish_seen_subcommand_from request list approve reject" -f -a "request" -d 'Ask for a connection, or for a function of one'
complete -c siesta -n "__fish_siesta_using_subcommand access; and not __fish_seen_subcommand_from request list approve reject" -f -a "list" -d 'List requests for access, the newest first'
complete -c siesta -n "__fish_siesta_using_subcommand access; and not __fish_seen_subcommand_from request list approve reject" -f -a "approve" -d 'Approve a request: the connection is assigned, read-only to begin with'
complete -c siesta -n "__fish_siesta_using_subcommand access; and not __fish_seen_subcommand_from request list approve reject" -f -a "reject" -d 'Reject a request for access'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from request" -l agent -d 'The agent that asks; the one that acts unless given' -r
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from request" -l reason -d 'What it is needed for' -r
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from request" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from request" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from request" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from request" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from request" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from request" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from request" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from request" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from request" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from request" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from request" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from request" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from request" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from list" -l agent -d 'Only those of this agent' -r
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from list" -l limit -d 'At most this many' -r
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from list" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from list" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from list" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from list" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from list" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from list" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from list" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from list" -l pending -d 'Only those that wait for an answer'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from list" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from approve" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from approve" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from approve" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from approve" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from approve" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from approve" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from approve" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from approve" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from approve" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from approve" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from approve" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from approve" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from approve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from reject" -l reason -d 'Why, for whoever asked' -r
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from reject" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from reject" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from reject" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from reject" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from reject" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from reject" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from reject" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from reject" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from reject" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from reject" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from reject" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from reject" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand access; and __fish_seen_subcommand_from reject" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand export" -l kind -d 'Only these parts: governance, policies, limits, people, connections, or all' -r
complete -c siesta -n "__fish_siesta_using_subcommand export" -l out -d 'Write to this new file; - for standard output' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand export" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand export" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand export" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand export" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand export" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand export" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand export" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand export" -l no-basis -d 'Leave out what it was made from: for a file that is to hold whatever the store has become'
complete -c siesta -n "__fish_siesta_using_subcommand export" -l schema -d 'Print the JSON Schema of the file instead, for editors'
complete -c siesta -n "__fish_siesta_using_subcommand export" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand export" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand export" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand export" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand export" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand plan" -l kind -d 'Only these parts: governance, policies, limits, people, connections, or all; without it, all but the people' -r
complete -c siesta -n "__fish_siesta_using_subcommand plan" -l basis -d 'Only if the store is as a plan saw it: the plan\'s `basis`' -r
complete -c siesta -n "__fish_siesta_using_subcommand plan" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand plan" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand plan" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand plan" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand plan" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand plan" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand plan" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand plan" -l refuse-widening -d 'Change nothing and end with exit code 8 when something would widen access'
complete -c siesta -n "__fish_siesta_using_subcommand plan" -l prune -d 'What the file\'s parts do not name goes; a connection never does'
complete -c siesta -n "__fish_siesta_using_subcommand plan" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand plan" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand plan" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand plan" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand plan" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand plan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand apply" -l kind -d 'Only these parts: governance, policies, limits, people, connections, or all; without it, all but the people' -r
complete -c siesta -n "__fish_siesta_using_subcommand apply" -l basis -d 'Only if the store is as a plan saw it: the plan\'s `basis`' -r
complete -c siesta -n "__fish_siesta_using_subcommand apply" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand apply" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand apply" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand apply" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand apply" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand apply" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand apply" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand apply" -l refuse-widening -d 'Change nothing and end with exit code 8 when something would widen access'
complete -c siesta -n "__fish_siesta_using_subcommand apply" -l prune -d 'What the file\'s parts do not name goes; a connection never does'
complete -c siesta -n "__fish_siesta_using_subcommand apply" -l dry-run -d 'Show what would change, and change nothing'
complete -c siesta -n "__fish_siesta_using_subcommand apply" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand apply" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand apply" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand apply" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand apply" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand freeze" -l agent -d 'This agent' -r
complete -c siesta -n "__fish_siesta_using_subcommand freeze" -l connection -d 'This connection' -r
complete -c siesta -n "__fish_siesta_using_subcommand freeze" -l reason -d 'Why, for whoever is denied' -r
complete -c siesta -n "__fish_siesta_using_subcommand freeze" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand freeze" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand freeze" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand freeze" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand freeze" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand freeze" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand freeze" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand freeze" -l all -d 'The whole organization'
complete -c siesta -n "__fish_siesta_using_subcommand freeze" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand freeze" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand freeze" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand freeze" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand freeze" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand freeze" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand unfreeze" -l agent -d 'This agent' -r
complete -c siesta -n "__fish_siesta_using_subcommand unfreeze" -l connection -d 'This connection' -r
complete -c siesta -n "__fish_siesta_using_subcommand unfreeze" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand unfreeze" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand unfreeze" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand unfreeze" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand unfreeze" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand unfreeze" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand unfreeze" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand unfreeze" -l all -d 'The whole organization'
complete -c siesta -n "__fish_siesta_using_subcommand unfreeze" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand unfreeze" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand unfreeze" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand unfreeze" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand unfreeze" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand unfreeze" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand panic" -l reason -d 'Why, for whoever is denied' -r
complete -c siesta -n "__fish_siesta_using_subcommand panic" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand panic" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand panic" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand panic" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand panic" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand panic" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand panic" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand panic" -l revoke -d 'Revoke every connection too: at its provider, then here; asks first, when everything is stopped already'
complete -c siesta -n "__fish_siesta_using_subcommand panic" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand panic" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand panic" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand panic" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand panic" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand panic" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand call" -l arg -d 'An argument, as NAME=VALUE, or NAME=@FILE for one that is a file; may be repeated' -r
complete -c siesta -n "__fish_siesta_using_subcommand call" -l args -d 'All arguments as a JSON object: @FILE, or - for standard input' -r
complete -c siesta -n "__fish_siesta_using_subcommand call" -l pages -d 'Go on with the next pages, where the catalogue says how; so many pages at most' -r
complete -c siesta -n "__fish_siesta_using_subcommand call" -l agent -d 'The agent that asks' -r
complete -c siesta -n "__fish_siesta_using_subcommand call" -l user -d 'The user on whose behalf it asks' -r
complete -c siesta -n "__fish_siesta_using_subcommand call" -l team -d 'The team whose budget is used' -r
complete -c siesta -n "__fish_siesta_using_subcommand call" -l conversation -d 'The conversation it belongs to, for the record' -r
complete -c siesta -n "__fish_siesta_using_subcommand call" -l approval -d 'Use the approval given to this execution' -r
complete -c siesta -n "__fish_siesta_using_subcommand call" -l wait -d 'Wait for a person\'s answer: this long, or until the question lapses' -r
complete -c siesta -n "__fish_siesta_using_subcommand call" -l out -d 'Write the answer to a new file instead of standard output' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand call" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand call" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand call" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand call" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand call" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand call" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand call" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand call" -l dry-run -d 'Show the decision and the request, the credential masked, and do nothing'
complete -c siesta -n "__fish_siesta_using_subcommand call" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand call" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand call" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand call" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand call" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand call" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand request" -l header -d 'With a method: a header, as NAME:VALUE; may be repeated' -r
complete -c siesta -n "__fish_siesta_using_subcommand request" -l query -d 'With a method: a parameter of the query, as NAME=VALUE; may be repeated' -r
complete -c siesta -n "__fish_siesta_using_subcommand request" -l body -d 'With a method: the body, as @FILE or - for standard input; JSON unless a Content-Type header says otherwise; what is neither JSON nor a form goes as it is' -r
complete -c siesta -n "__fish_siesta_using_subcommand request" -l agent -d 'The agent that asks' -r
complete -c siesta -n "__fish_siesta_using_subcommand request" -l user -d 'The user on whose behalf it asks' -r
complete -c siesta -n "__fish_siesta_using_subcommand request" -l team -d 'The team whose budget is used' -r
complete -c siesta -n "__fish_siesta_using_subcommand request" -l conversation -d 'The conversation it belongs to, for the record' -r
complete -c siesta -n "__fish_siesta_using_subcommand request" -l approval -d 'Use the approval given to this execution' -r
complete -c siesta -n "__fish_siesta_using_subcommand request" -l wait -d 'Wait for a person\'s answer: this long, or until the question lapses' -r
complete -c siesta -n "__fish_siesta_using_subcommand request" -l out -d 'Write the answer to a new file instead of standard output' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand request" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand request" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand request" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand request" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand request" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand request" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand request" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand request" -l dry-run -d 'Show the decision and the request, the credential masked, and do nothing'
complete -c siesta -n "__fish_siesta_using_subcommand request" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand request" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand request" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand request" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand request" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand request" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand token" -l agent -d 'The agent that asks' -r
complete -c siesta -n "__fish_siesta_using_subcommand token" -l user -d 'The user on whose behalf it asks' -r
complete -c siesta -n "__fish_siesta_using_subcommand token" -l team -d 'The team whose budget is used' -r
complete -c siesta -n "__fish_siesta_using_subcommand token" -l wait -d 'Wait for a person\'s answer: this long, or until the question lapses' -r
complete -c siesta -n "__fish_siesta_using_subcommand token" -l approval -d 'Use the approval given to this execution' -r
complete -c siesta -n "__fish_siesta_using_subcommand token" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand token" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand token" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand token" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand token" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand token" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand token" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand token" -l reveal -d 'Print it although standard output is a terminal'
complete -c siesta -n "__fish_siesta_using_subcommand token" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand token" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand token" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand token" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand token" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand token" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand exec" -l connection -d 'Label, id, or service of a singleton' -r
complete -c siesta -n "__fish_siesta_using_subcommand exec" -l env -d 'The variable that holds the token; otherwise SERVICE_TOKEN, such as GITHUB_TOKEN' -r
complete -c siesta -n "__fish_siesta_using_subcommand exec" -l agent -d 'The agent that asks' -r
complete -c siesta -n "__fish_siesta_using_subcommand exec" -l user -d 'The user on whose behalf it asks' -r
complete -c siesta -n "__fish_siesta_using_subcommand exec" -l team -d 'The team whose budget is used' -r
complete -c siesta -n "__fish_siesta_using_subcommand exec" -l wait -d 'Wait for a person\'s answer: this long, or until the question lapses' -r
complete -c siesta -n "__fish_siesta_using_subcommand exec" -l approval -d 'Use the approval given to this execution' -r
complete -c siesta -n "__fish_siesta_using_subcommand exec" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand exec" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand exec" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand exec" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand exec" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand exec" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand exec" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand exec" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand exec" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand exec" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand exec" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand exec" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand exec" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and not __fish_seen_subcommand_from list show approve reject run request standing wait watch" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and not __fish_seen_subcommand_from list show approve reject run request standing wait watch" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and not __fish_seen_subcommand_from list show approve reject run request standing wait watch" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and not __fish_seen_subcommand_from list show approve reject run request standing wait watch" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and not __fish_seen_subcommand_from list show approve reject run request standing wait watch" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and not __fish_seen_subcommand_from list show approve reject run request standing wait watch" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand executions; and not __fish_seen_subcommand_from list show approve reject run request standing wait watch" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand executions; and not __fish_seen_subcommand_from list show approve reject run request standing wait watch" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and not __fish_seen_subcommand_from list show approve reject run request standing wait watch" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and not __fish_seen_subcommand_from list show approve reject run request standing wait watch" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and not __fish_seen_subcommand_from list show approve reject run request standing wait watch" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and not __fish_seen_subcommand_from list show approve reject run request standing wait watch" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and not __fish_seen_subcommand_from list show approve reject run request standing wait watch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and not __fish_seen_subcommand_from list show approve reject run request standing wait watch" -f -a "list" -d 'List executions, the newest first'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and not __fish_seen_subcommand_from list show approve reject run request standing wait watch" -f -a "show" -d 'Show an execution: destination first, then arguments and result'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and not __fish_seen_subcommand_from list show approve reject run request standing wait watch" -f -a "approve" -d 'Approve a request that waits, and run it once'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and not __fish_seen_subcommand_from list show approve reject run request standing wait watch" -f -a "reject" -d 'Reject a request that waits'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and not __fish_seen_subcommand_from list show approve reject run request standing wait watch" -f -a "run" -d 'Run a request that was approved and has not been used yet'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and not __fish_seen_subcommand_from list show approve reject run request standing wait watch" -f -a "request" -d 'Write what is to be signed, to approve a request away from the store'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and not __fish_seen_subcommand_from list show approve reject run request standing wait watch" -f -a "standing" -d 'Manage standing approvals'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and not __fish_seen_subcommand_from list show approve reject run request standing wait watch" -f -a "wait" -d 'Wait until a request is decided and has run, and print what came of it'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and not __fish_seen_subcommand_from list show approve reject run request standing wait watch" -f -a "watch" -d 'Print each execution as it is asked for, decided and ended, until Ctrl-C'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from list" -l agent -d 'Only those of this agent' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from list" -l connection -d 'Only those over this connection' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from list" -l limit -d 'At most this many' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from list" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from list" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from list" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from list" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from list" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from list" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from list" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from list" -l pending -d 'Only those that wait for approval'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from list" -l since-last -d 'Only those that were not listed this way before, for cron'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from list" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from show" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from show" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from show" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from show" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from show" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from show" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from show" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from show" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from approve" -l for -d 'Let others like it pass for so long: the same function at the same address for the same recipients' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from approve" -l max -d 'So many others at most' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from approve" -l signature -d 'What `ssh-keygen -Y sign -n siesta-approval` made of the request; whose key it is approves' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from approve" -l out -d 'Write the answer to a new file instead of standard output' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from approve" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from approve" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from approve" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from approve" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from approve" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from approve" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from approve" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from approve" -l no-run -d 'Only approve; the caller redeems it with `siesta call … --approval ID`'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from approve" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from approve" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from approve" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from approve" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from approve" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from approve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from reject" -l reason -d 'Why, for whoever asked' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from reject" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from reject" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from reject" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from reject" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from reject" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from reject" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from reject" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from reject" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from reject" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from reject" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from reject" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from reject" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from reject" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from run" -l out -d 'Write the answer to a new file instead of standard output' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from run" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from run" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from run" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from run" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from run" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from run" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from run" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from run" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from run" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from run" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from run" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from run" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from request" -l out -d 'Write to a new file instead of standard output' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from request" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from request" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from request" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from request" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from request" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from request" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from request" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from request" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from request" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from request" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from request" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from request" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from request" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from standing" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from standing" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from standing" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from standing" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from standing" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from standing" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from standing" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from standing" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from standing" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from standing" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from standing" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from standing" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from standing" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from standing" -f -a "list" -d 'List standing approvals that are open, the newest first'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from standing" -f -a "revoke" -d 'End a standing approval: whatever it has left is gone'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from wait" -l timeout -d 'Wait no longer than this; otherwise until the question lapses' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from wait" -l out -d 'Write the answer to a new file instead of standard output' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from wait" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from wait" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from wait" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from wait" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from wait" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from wait" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from wait" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from wait" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from wait" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from wait" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from wait" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from wait" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from watch" -l agent -d 'Only those of this agent' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from watch" -l connection -d 'Only those over this connection' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from watch" -l for -d 'Stop after so long' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from watch" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from watch" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from watch" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from watch" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from watch" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from watch" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from watch" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from watch" -l pending -d 'Only those that wait for approval'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from watch" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from watch" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from watch" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from watch" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from watch" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand executions; and __fish_seen_subcommand_from watch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and not __fish_seen_subcommand_from set unset list enable disable check explain report" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and not __fish_seen_subcommand_from set unset list enable disable check explain report" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and not __fish_seen_subcommand_from set unset list enable disable check explain report" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and not __fish_seen_subcommand_from set unset list enable disable check explain report" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and not __fish_seen_subcommand_from set unset list enable disable check explain report" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and not __fish_seen_subcommand_from set unset list enable disable check explain report" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand limits; and not __fish_seen_subcommand_from set unset list enable disable check explain report" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand limits; and not __fish_seen_subcommand_from set unset list enable disable check explain report" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and not __fish_seen_subcommand_from set unset list enable disable check explain report" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and not __fish_seen_subcommand_from set unset list enable disable check explain report" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and not __fish_seen_subcommand_from set unset list enable disable check explain report" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and not __fish_seen_subcommand_from set unset list enable disable check explain report" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and not __fish_seen_subcommand_from set unset list enable disable check explain report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and not __fish_seen_subcommand_from set unset list enable disable check explain report" -f -a "set" -d 'Set a token limit, in decimal millions of tokens'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and not __fish_seen_subcommand_from set unset list enable disable check explain report" -f -a "unset" -d 'Remove a token limit; recorded usage stays'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and not __fish_seen_subcommand_from set unset list enable disable check explain report" -f -a "list" -d 'List token limits as they are set'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and not __fish_seen_subcommand_from set unset list enable disable check explain report" -f -a "enable" -d 'Let a disabled token limit speak again; its values were kept'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and not __fish_seen_subcommand_from set unset list enable disable check explain report" -f -a "disable" -d 'Silence a token limit without forgetting it: as if it were not there'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and not __fish_seen_subcommand_from set unset list enable disable check explain report" -f -a "check" -d 'Check whether a call would be let through; exit code 10 when not'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and not __fish_seen_subcommand_from set unset list enable disable check explain report" -f -a "explain" -d 'Explain which limits apply to somebody, which one decides, and why'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and not __fish_seen_subcommand_from set unset list enable disable check explain report" -f -a "report" -d 'Report how every limit stands, the fullest first'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from set" -l user -d 'This user' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from set" -l team -d 'This team, its members counted together' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from set" -l daily -d 'Millions of tokens a calendar day; 0 blocks, none clears the field' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from set" -l weekly -d 'Millions of tokens a week; 0 blocks, none clears the field' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from set" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from set" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from set" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from set" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from set" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from set" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from set" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from set" -l org -d 'The default for everybody, each counted for themselves'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from set" -l pool -d 'Everybody\'s usage of the connection together, in addition to every other limit'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from set" -l strict -d 'Never exceed it, even by the last call; calls must then state their maximum output'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from set" -l no-strict -d 'Let the last call overshoot'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from set" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from set" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from set" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from unset" -l user -d 'This user' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from unset" -l team -d 'This team, its members counted together' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from unset" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from unset" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from unset" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from unset" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from unset" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from unset" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from unset" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from unset" -l org -d 'The default for everybody, each counted for themselves'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from unset" -l pool -d 'Everybody\'s usage of the connection together, in addition to every other limit'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from unset" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from unset" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from unset" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from unset" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from unset" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from unset" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from list" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from list" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from list" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from list" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from list" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from list" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from list" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from list" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from enable" -l user -d 'This user' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from enable" -l team -d 'This team, its members counted together' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from enable" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from enable" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from enable" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from enable" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from enable" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from enable" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from enable" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from enable" -l org -d 'The default for everybody, each counted for themselves'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from enable" -l pool -d 'Everybody\'s usage of the connection together, in addition to every other limit'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from enable" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from enable" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from enable" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from enable" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from enable" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from enable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from disable" -l user -d 'This user' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from disable" -l team -d 'This team, its members counted together' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from disable" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from disable" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from disable" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from disable" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from disable" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from disable" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from disable" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from disable" -l org -d 'The default for everybody, each counted for themselves'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from disable" -l pool -d 'Everybody\'s usage of the connection together, in addition to every other limit'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from disable" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from disable" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from disable" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from disable" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from disable" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from disable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from check" -l user -d 'The user who would spend' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from check" -l team -d 'The team whose budget would be used' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from check" -l agent -d 'The agent that would call, where no user is named' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from check" -l tokens -d 'How many tokens it would spend at most' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from check" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from check" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from check" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from check" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from check" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from check" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from check" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from check" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from check" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from check" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from explain" -l user -d 'The user who spends' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from explain" -l team -d 'The team that the request names' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from explain" -l agent -d 'The agent that calls, where no user is named' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from explain" -l at -d 'As it was at this time' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from explain" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from explain" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from explain" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from explain" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from explain" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from explain" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from explain" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from explain" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from explain" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from explain" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from explain" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from explain" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from report" -l connection -d 'Only limits of this connection' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from report" -l user -d 'Only this user' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from report" -l team -d 'Only this team' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from report" -l level -d 'Only this level: user, team, org or pool' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from report" -l period -d 'Only day or week' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from report" -l at -d 'The day and week that hold this time; now unless given' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from report" -l since -d 'Every day and week from this time on in which something was used; a date begins in the organization\'s zone' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from report" -l until -d 'Up to this time, and without it' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from report" -l fail-over -d 'End with exit code 12 when a limit is used to this many percent or more' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from report" -l html -d 'Write a page with plots to this file, over one that is there; - for standard output' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from report" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from report" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from report" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from report" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from report" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from report" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from report" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from report" -l only-over -d 'Show only limits used to that many percent (100 unless --fail-over says otherwise)'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from report" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from report" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from report" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from report" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from report" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand limits; and __fish_seen_subcommand_from report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and not __fish_seen_subcommand_from record reserve settle release import show" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand usage; and not __fish_seen_subcommand_from record reserve settle release import show" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand usage; and not __fish_seen_subcommand_from record reserve settle release import show" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand usage; and not __fish_seen_subcommand_from record reserve settle release import show" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and not __fish_seen_subcommand_from record reserve settle release import show" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and not __fish_seen_subcommand_from record reserve settle release import show" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand usage; and not __fish_seen_subcommand_from record reserve settle release import show" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand usage; and not __fish_seen_subcommand_from record reserve settle release import show" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and not __fish_seen_subcommand_from record reserve settle release import show" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and not __fish_seen_subcommand_from record reserve settle release import show" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and not __fish_seen_subcommand_from record reserve settle release import show" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and not __fish_seen_subcommand_from record reserve settle release import show" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and not __fish_seen_subcommand_from record reserve settle release import show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and not __fish_seen_subcommand_from record reserve settle release import show" -f -a "record" -d 'Record tokens that were spent elsewhere'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and not __fish_seen_subcommand_from record reserve settle release import show" -f -a "reserve" -d 'Set tokens aside before a call; exit code 10 when a limit is against it'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and not __fish_seen_subcommand_from record reserve settle release import show" -f -a "settle" -d 'Book what was spent under a reservation'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and not __fish_seen_subcommand_from record reserve settle release import show" -f -a "release" -d 'Give back tokens that were set aside and not spent'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and not __fish_seen_subcommand_from record reserve settle release import show" -f -a "import" -d 'Import usage from a provider\'s report, a gateway\'s log, or CSV'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and not __fish_seen_subcommand_from record reserve settle release import show" -f -a "show" -d 'Show used tokens, added up by whatever is to be told apart'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from record" -l user -d 'The user whose tokens they are' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from record" -l team -d 'The team whose budget is used' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from record" -l agent -d 'The agent that calls' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from record" -l model -d 'The model' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from record" -l input -d 'Input tokens, cache reads and writes included' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from record" -l output -d 'Output tokens, reasoning included' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from record" -l reasoning -d 'Of the output: reasoning tokens' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from record" -l cache-read -d 'Of the input: tokens read from a cache' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from record" -l cache-write -d 'Of the input: tokens written to a cache' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from record" -l source-id -d 'What names the record where it comes from: the same one twice is booked once' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from record" -l at -d 'When they were spent; now unless given' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from record" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from record" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from record" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from record" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from record" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from record" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from record" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from record" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from record" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from record" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from record" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from record" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from record" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from reserve" -l user -d 'The user whose tokens they are' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from reserve" -l team -d 'The team whose budget is used' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from reserve" -l agent -d 'The agent that calls' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from reserve" -l model -d 'The model' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from reserve" -l tokens -d 'How many tokens it will spend at most' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from reserve" -l for -d 'How long it holds when nobody settles or releases it' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from reserve" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from reserve" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from reserve" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from reserve" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from reserve" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from reserve" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from reserve" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from reserve" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from reserve" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from reserve" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from reserve" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from reserve" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from reserve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from settle" -l input -d 'Input tokens, cache reads and writes included' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from settle" -l output -d 'Output tokens, reasoning included' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from settle" -l reasoning -d 'Of the output: reasoning tokens' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from settle" -l cache-read -d 'Of the input: tokens read from a cache' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from settle" -l cache-write -d 'Of the input: tokens written to a cache' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from settle" -l model -d 'The model that answered' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from settle" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from settle" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from settle" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from settle" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from settle" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from settle" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from settle" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from settle" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from settle" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from settle" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from settle" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from settle" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from settle" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from release" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from release" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from release" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from release" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from release" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from release" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from release" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from release" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from release" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from release" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from release" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from release" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from release" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from import" -l format -d 'What it is: auto, openai, anthropic, litellm or csv' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from import" -l connection -d 'Whose usage it is, where the file does not say' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from import" -l user -d 'The user who spent it, where the file does not say' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from import" -l team -d 'The team whose budget was used, where the file does not say' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from import" -l agent -d 'The agent that called, where the file does not say' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from import" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from import" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from import" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from import" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from import" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from import" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from import" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from import" -l skip-bad -d 'Leave out lines that cannot be used, and book the rest'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from import" -l dry-run -d 'Say what would be booked, and book nothing'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from import" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from import" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from import" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from import" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from show" -l by -d 'What to tell apart: user, team, agent, model, connection, day, week' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from show" -l connection -d 'Only usage of this connection' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from show" -l user -d 'Only this user\'s' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from show" -l team -d 'Only what names this team' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from show" -l agent -d 'Only this agent\'s' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from show" -l model -d 'Only this model\'s' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from show" -l since -d 'From this time on; a date begins in the organization\'s zone' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from show" -l until -d 'Up to this time, and without it' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from show" -l prices -d 'Add what it cost, by the prices in this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from show" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from show" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from show" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from show" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from show" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from show" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from show" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from show" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand usage; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and not __fish_seen_subcommand_from list show verify export head" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand audit; and not __fish_seen_subcommand_from list show verify export head" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand audit; and not __fish_seen_subcommand_from list show verify export head" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand audit; and not __fish_seen_subcommand_from list show verify export head" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and not __fish_seen_subcommand_from list show verify export head" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and not __fish_seen_subcommand_from list show verify export head" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand audit; and not __fish_seen_subcommand_from list show verify export head" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand audit; and not __fish_seen_subcommand_from list show verify export head" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and not __fish_seen_subcommand_from list show verify export head" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and not __fish_seen_subcommand_from list show verify export head" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and not __fish_seen_subcommand_from list show verify export head" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and not __fish_seen_subcommand_from list show verify export head" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and not __fish_seen_subcommand_from list show verify export head" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and not __fish_seen_subcommand_from list show verify export head" -f -a "list" -d 'List audit rows, the newest first'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and not __fish_seen_subcommand_from list show verify export head" -f -a "show" -d 'Show an audit row with what changed, from what to what'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and not __fish_seen_subcommand_from list show verify export head" -f -a "verify" -d 'Verify the audit\'s hash chain from its first row, and what lists show of it'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and not __fish_seen_subcommand_from list show verify export head" -f -a "export" -d 'Write audit rows for other programs, the oldest first'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and not __fish_seen_subcommand_from list show verify export head" -f -a "head" -d 'Print the head of the audit\'s chain, to be written down elsewhere'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from list" -l since -d 'Only rows from this time on' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from list" -l until -d 'Only rows before this time' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from list" -l by -d 'Only rows of this actor, such as user:alice. Take care: --actor says who you are' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from list" -l action -d 'Only this action, or those that begin with it: connection finds connection.add' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from list" -l entity -d 'Only rows about this kind of thing' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from list" -l connection -d 'Only rows about this connection' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from list" -l decision -d 'Only allow, deny or needs-approval' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from list" -l correlation -d 'Only rows of one operation' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from list" -l limit -d 'At most this many' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from list" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from list" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from list" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from list" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from list" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from list" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from list" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from list" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from show" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from show" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from show" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from show" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from show" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from show" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from show" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from show" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from verify" -l head -d 'A head that `siesta audit head` printed earlier: the chain must still contain it' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from verify" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from verify" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from verify" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from verify" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from verify" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from verify" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from verify" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from verify" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from verify" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from verify" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from export" -l since -d 'Only rows from this time on' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from export" -l until -d 'Only rows before this time' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from export" -l by -d 'Only rows of this actor, such as user:alice. Take care: --actor says who you are' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from export" -l action -d 'Only this action, or those that begin with it: connection finds connection.add' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from export" -l entity -d 'Only rows about this kind of thing' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from export" -l connection -d 'Only rows about this connection' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from export" -l decision -d 'Only allow, deny or needs-approval' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from export" -l correlation -d 'Only rows of one operation' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from export" -l format -d 'What is written' -r -f -a "jsonl\t''
csv\t''
ocsf\t''"
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from export" -l out -d 'Write to a new file instead of standard output' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from export" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from export" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from export" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from export" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from export" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from export" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from export" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from export" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from export" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from export" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from head" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from head" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from head" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from head" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from head" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from head" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from head" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from head" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from head" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from head" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from head" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from head" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand audit; and __fish_seen_subcommand_from head" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand user; and not __fish_seen_subcommand_from add list show edit disable enable remove import key" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and not __fish_seen_subcommand_from add list show edit disable enable remove import key" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and not __fish_seen_subcommand_from add list show edit disable enable remove import key" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and not __fish_seen_subcommand_from add list show edit disable enable remove import key" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and not __fish_seen_subcommand_from add list show edit disable enable remove import key" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and not __fish_seen_subcommand_from add list show edit disable enable remove import key" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand user; and not __fish_seen_subcommand_from add list show edit disable enable remove import key" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand user; and not __fish_seen_subcommand_from add list show edit disable enable remove import key" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand user; and not __fish_seen_subcommand_from add list show edit disable enable remove import key" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand user; and not __fish_seen_subcommand_from add list show edit disable enable remove import key" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand user; and not __fish_seen_subcommand_from add list show edit disable enable remove import key" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand user; and not __fish_seen_subcommand_from add list show edit disable enable remove import key" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand user; and not __fish_seen_subcommand_from add list show edit disable enable remove import key" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand user; and not __fish_seen_subcommand_from add list show edit disable enable remove import key" -f -a "add" -d 'Add a user'
complete -c siesta -n "__fish_siesta_using_subcommand user; and not __fish_seen_subcommand_from add list show edit disable enable remove import key" -f -a "list" -d 'List users'
complete -c siesta -n "__fish_siesta_using_subcommand user; and not __fish_seen_subcommand_from add list show edit disable enable remove import key" -f -a "show" -d 'Show a user: role, teams, and what they are answerable for'
complete -c siesta -n "__fish_siesta_using_subcommand user; and not __fish_seen_subcommand_from add list show edit disable enable remove import key" -f -a "edit" -d 'Change a user\'s role or account'
complete -c siesta -n "__fish_siesta_using_subcommand user; and not __fish_seen_subcommand_from add list show edit disable enable remove import key" -f -a "disable" -d 'Disable a user: nothing is allowed on their behalf any more'
complete -c siesta -n "__fish_siesta_using_subcommand user; and not __fish_seen_subcommand_from add list show edit disable enable remove import key" -f -a "enable" -d 'Enable a user again'
complete -c siesta -n "__fish_siesta_using_subcommand user; and not __fish_seen_subcommand_from add list show edit disable enable remove import key" -f -a "remove" -d 'Remove a user; what they owned goes to another, or is reported as ownerless'
complete -c siesta -n "__fish_siesta_using_subcommand user; and not __fish_seen_subcommand_from add list show edit disable enable remove import key" -f -a "import" -d 'Add users from a CSV file: everybody in it, or nobody'
complete -c siesta -n "__fish_siesta_using_subcommand user; and not __fish_seen_subcommand_from add list show edit disable enable remove import key" -f -a "key" -d 'Manage the SSH keys that people sign approvals with'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from add" -l role -d 'owner and admin may answer every approval, user those of their own connections' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from add" -l os-user -d 'Their account on this machine' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from add" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from add" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from add" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from add" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from add" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from add" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from add" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from add" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from add" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from list" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from list" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from list" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from list" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from list" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from list" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from list" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from list" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from show" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from show" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from show" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from show" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from show" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from show" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from show" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from show" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from edit" -l role -d 'owner and admin may answer every approval, user those of their own connections' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from edit" -l os-user -d 'Their account on this machine' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from edit" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from edit" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from edit" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from edit" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from edit" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from edit" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from edit" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from edit" -l no-os-user -d 'They have no account on this machine any more'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from edit" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from edit" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from edit" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from edit" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from edit" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from disable" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from disable" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from disable" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from disable" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from disable" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from disable" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from disable" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from disable" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from disable" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from disable" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from disable" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from disable" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from disable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from enable" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from enable" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from enable" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from enable" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from enable" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from enable" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from enable" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from enable" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from enable" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from enable" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from enable" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from enable" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from enable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from remove" -l new-owner -d 'Who owns their connections and agents from now on; nobody unless given' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from remove" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from remove" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from remove" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from remove" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from remove" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from remove" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from remove" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from remove" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from remove" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from import" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from import" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from import" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from import" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from import" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from import" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from import" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from import" -l skip-existing -d 'Leave people alone who are there already'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from import" -l create-teams -d 'Make teams that are not there'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from import" -l dry-run -d 'Say what would be done, and do nothing'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from import" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from import" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from import" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from import" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from key" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from key" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from key" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from key" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from key" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from key" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from key" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from key" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from key" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from key" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from key" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from key" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from key" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from key" -f -a "add" -d 'Register a key: ed25519, sk-ed25519 or ecdsa-p256'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from key" -f -a "list" -d 'List keys that people sign approvals with'
complete -c siesta -n "__fish_siesta_using_subcommand user; and __fish_seen_subcommand_from key" -f -a "remove" -d 'Take a key away; what it has approved and nobody has used yet is not approved any more'
complete -c siesta -n "__fish_siesta_using_subcommand team; and not __fish_seen_subcommand_from add list show edit remove add-member remove-member" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand team; and not __fish_seen_subcommand_from add list show edit remove add-member remove-member" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand team; and not __fish_seen_subcommand_from add list show edit remove add-member remove-member" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand team; and not __fish_seen_subcommand_from add list show edit remove add-member remove-member" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand team; and not __fish_seen_subcommand_from add list show edit remove add-member remove-member" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand team; and not __fish_seen_subcommand_from add list show edit remove add-member remove-member" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand team; and not __fish_seen_subcommand_from add list show edit remove add-member remove-member" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand team; and not __fish_seen_subcommand_from add list show edit remove add-member remove-member" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand team; and not __fish_seen_subcommand_from add list show edit remove add-member remove-member" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand team; and not __fish_seen_subcommand_from add list show edit remove add-member remove-member" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand team; and not __fish_seen_subcommand_from add list show edit remove add-member remove-member" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand team; and not __fish_seen_subcommand_from add list show edit remove add-member remove-member" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand team; and not __fish_seen_subcommand_from add list show edit remove add-member remove-member" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand team; and not __fish_seen_subcommand_from add list show edit remove add-member remove-member" -f -a "add" -d 'Add a team'
complete -c siesta -n "__fish_siesta_using_subcommand team; and not __fish_seen_subcommand_from add list show edit remove add-member remove-member" -f -a "list" -d 'List teams and their members'
complete -c siesta -n "__fish_siesta_using_subcommand team; and not __fish_seen_subcommand_from add list show edit remove add-member remove-member" -f -a "show" -d 'Show a team: its members, and what is granted to it'
complete -c siesta -n "__fish_siesta_using_subcommand team; and not __fish_seen_subcommand_from add list show edit remove add-member remove-member" -f -a "edit" -d 'Change a team\'s description'
complete -c siesta -n "__fish_siesta_using_subcommand team; and not __fish_seen_subcommand_from add list show edit remove add-member remove-member" -f -a "remove" -d 'Remove a team; its members stay'
complete -c siesta -n "__fish_siesta_using_subcommand team; and not __fish_seen_subcommand_from add list show edit remove add-member remove-member" -f -a "add-member" -d 'Put a user into a team'
complete -c siesta -n "__fish_siesta_using_subcommand team; and not __fish_seen_subcommand_from add list show edit remove add-member remove-member" -f -a "remove-member" -d 'Take a user out of a team'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add" -l description -d 'What the team is' -r
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from list" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from list" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from list" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from list" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from list" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from list" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from list" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from list" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from show" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from show" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from show" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from show" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from show" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from show" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from show" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from show" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from edit" -l description -d 'What the team is' -r
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from edit" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from edit" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from edit" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from edit" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from edit" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from edit" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from edit" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from edit" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from edit" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from edit" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from edit" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from edit" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add-member" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add-member" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add-member" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add-member" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add-member" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add-member" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add-member" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add-member" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add-member" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add-member" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add-member" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add-member" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from add-member" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove-member" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove-member" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove-member" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove-member" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove-member" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove-member" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove-member" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove-member" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove-member" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove-member" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove-member" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove-member" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand team; and __fish_seen_subcommand_from remove-member" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and not __fish_seen_subcommand_from add list show edit disable enable remove" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand agent; and not __fish_seen_subcommand_from add list show edit disable enable remove" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand agent; and not __fish_seen_subcommand_from add list show edit disable enable remove" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand agent; and not __fish_seen_subcommand_from add list show edit disable enable remove" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and not __fish_seen_subcommand_from add list show edit disable enable remove" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and not __fish_seen_subcommand_from add list show edit disable enable remove" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand agent; and not __fish_seen_subcommand_from add list show edit disable enable remove" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand agent; and not __fish_seen_subcommand_from add list show edit disable enable remove" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and not __fish_seen_subcommand_from add list show edit disable enable remove" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and not __fish_seen_subcommand_from add list show edit disable enable remove" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and not __fish_seen_subcommand_from add list show edit disable enable remove" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and not __fish_seen_subcommand_from add list show edit disable enable remove" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and not __fish_seen_subcommand_from add list show edit disable enable remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and not __fish_seen_subcommand_from add list show edit disable enable remove" -f -a "add" -d 'Add an agent; it is active unless told otherwise'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and not __fish_seen_subcommand_from add list show edit disable enable remove" -f -a "list" -d 'List agents'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and not __fish_seen_subcommand_from add list show edit disable enable remove" -f -a "show" -d 'Show an agent: owner, state, and what it may use'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and not __fish_seen_subcommand_from add list show edit disable enable remove" -f -a "edit" -d 'Change an agent, or what it may use'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and not __fish_seen_subcommand_from add list show edit disable enable remove" -f -a "disable" -d 'Disable an agent: every call of it is denied'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and not __fish_seen_subcommand_from add list show edit disable enable remove" -f -a "enable" -d 'Make an agent active'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and not __fish_seen_subcommand_from add list show edit disable enable remove" -f -a "remove" -d 'Remove an agent with its policies; what it did stays in executions and audit'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from add" -l kind -d 'What kind of thing it is: agent, workflow, skill or prompt' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from add" -l description -d 'What it is for' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from add" -l owner -d 'The user answerable for it; whoever adds it unless given' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from add" -l status -d 'created, active or disabled' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from add" -l os-user -d 'The account of this machine it runs under' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from add" -l assign -d 'Assign this connection to it; may be repeated' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from add" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from add" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from add" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from add" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from add" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from add" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from add" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from add" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from add" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from list" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from list" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from list" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from list" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from list" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from list" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from list" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from list" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from show" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from show" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from show" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from show" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from show" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from show" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from show" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from show" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from edit" -l kind -d 'What kind of thing it is: agent, workflow, skill or prompt' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from edit" -l description -d 'What it is for' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from edit" -l owner -d 'The user answerable for it' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from edit" -l os-user -d 'The account of this machine it runs under' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from edit" -l assign -d 'Assign this connection to it; may be repeated' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from edit" -l unassign -d 'Take this connection from it; may be repeated' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from edit" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from edit" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from edit" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from edit" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from edit" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from edit" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from edit" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from edit" -l no-os-user -d 'It has no account of its own any more'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from edit" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from edit" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from edit" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from edit" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from edit" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from disable" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from disable" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from disable" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from disable" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from disable" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from disable" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from disable" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from disable" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from disable" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from disable" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from disable" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from disable" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from disable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from enable" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from enable" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from enable" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from enable" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from enable" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from enable" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from enable" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from enable" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from enable" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from enable" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from enable" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from enable" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from enable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from remove" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from remove" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from remove" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from remove" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from remove" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from remove" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from remove" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from remove" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from remove" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand agent; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand org; and not __fish_seen_subcommand_from show set" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand org; and not __fish_seen_subcommand_from show set" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand org; and not __fish_seen_subcommand_from show set" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand org; and not __fish_seen_subcommand_from show set" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand org; and not __fish_seen_subcommand_from show set" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand org; and not __fish_seen_subcommand_from show set" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand org; and not __fish_seen_subcommand_from show set" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand org; and not __fish_seen_subcommand_from show set" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand org; and not __fish_seen_subcommand_from show set" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand org; and not __fish_seen_subcommand_from show set" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand org; and not __fish_seen_subcommand_from show set" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand org; and not __fish_seen_subcommand_from show set" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand org; and not __fish_seen_subcommand_from show set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand org; and not __fish_seen_subcommand_from show set" -f -a "show" -d 'Show the organization\'s settings'
complete -c siesta -n "__fish_siesta_using_subcommand org; and not __fish_seen_subcommand_from show set" -f -a "set" -d 'Change the organization\'s settings'
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from show" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from show" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from show" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from show" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from show" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from show" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from show" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from show" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from set" -l name -d 'Its name' -r
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from set" -l time-zone -d 'Where days and weeks of limits begin: an IANA name' -r
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from set" -l week-start -d 'The day on which weeks of limits begin' -r
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from set" -l approval-lifetime -d 'How long a person has to answer, such as 30m' -r
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from set" -l four-eyes -d 'on: nobody approves what was asked on their own behalf; off' -r
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from set" -l approval-proof -d 'any: whoever may answer and opens the store; signed: only a signature by a registered key approves' -r
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from set" -l audit-retention -d 'How long rows of the audit are kept: 1d to 90d, or off (for good)' -r
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from set" -l execution-retention -d 'How long executions keep arguments and results, such as 30d, or off (for good)' -r
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from set" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from set" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from set" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from set" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from set" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from set" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from set" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from set" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from set" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from set" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand org; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand store; and not __fish_seen_subcommand_from info verify backup restore compact recipients rekey passphrase trust" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and not __fish_seen_subcommand_from info verify backup restore compact recipients rekey passphrase trust" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and not __fish_seen_subcommand_from info verify backup restore compact recipients rekey passphrase trust" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and not __fish_seen_subcommand_from info verify backup restore compact recipients rekey passphrase trust" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand store; and not __fish_seen_subcommand_from info verify backup restore compact recipients rekey passphrase trust" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand store; and not __fish_seen_subcommand_from info verify backup restore compact recipients rekey passphrase trust" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand store; and not __fish_seen_subcommand_from info verify backup restore compact recipients rekey passphrase trust" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand store; and not __fish_seen_subcommand_from info verify backup restore compact recipients rekey passphrase trust" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand store; and not __fish_seen_subcommand_from info verify backup restore compact recipients rekey passphrase trust" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand store; and not __fish_seen_subcommand_from info verify backup restore compact recipients rekey passphrase trust" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand store; and not __fish_seen_subcommand_from info verify backup restore compact recipients rekey passphrase trust" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand store; and not __fish_seen_subcommand_from info verify backup restore compact recipients rekey passphrase trust" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand store; and not __fish_seen_subcommand_from info verify backup restore compact recipients rekey passphrase trust" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand store; and not __fish_seen_subcommand_from info verify backup restore compact recipients rekey passphrase trust" -f -a "info" -d 'Show where the store is, what it is sealed for and how large it is'
complete -c siesta -n "__fish_siesta_using_subcommand store; and not __fish_seen_subcommand_from info verify backup restore compact recipients rekey passphrase trust" -f -a "verify" -d 'Look at all of the store: every piece of its files, the database, the audit, the pin'
complete -c siesta -n "__fish_siesta_using_subcommand store; and not __fish_seen_subcommand_from info verify backup restore compact recipients rekey passphrase trust" -f -a "backup" -d 'Write the whole store to one age file elsewhere, and read it back'
complete -c siesta -n "__fish_siesta_using_subcommand store; and not __fish_seen_subcommand_from info verify backup restore compact recipients rekey passphrase trust" -f -a "restore" -d 'Put a backup in the place of the store, or make a lost store again from it'
complete -c siesta -n "__fish_siesta_using_subcommand store; and not __fish_seen_subcommand_from info verify backup restore compact recipients rekey passphrase trust" -f -a "compact" -d 'Fold everything into store.age, so that this one file is the whole store'
complete -c siesta -n "__fish_siesta_using_subcommand store; and not __fish_seen_subcommand_from info verify backup restore compact recipients rekey passphrase trust" -f -a "recipients" -d 'Manage whom the store is sealed for: the own key, recovery keys, fellow administrators'
complete -c siesta -n "__fish_siesta_using_subcommand store; and not __fish_seen_subcommand_from info verify backup restore compact recipients rekey passphrase trust" -f -a "rekey" -d 'Give the store a new key of its own, and seal everything for it'
complete -c siesta -n "__fish_siesta_using_subcommand store; and not __fish_seen_subcommand_from info verify backup restore compact recipients rekey passphrase trust" -f -a "passphrase" -d 'Set, change or remove the passphrase of the key file'
complete -c siesta -n "__fish_siesta_using_subcommand store; and not __fish_seen_subcommand_from info verify backup restore compact recipients rekey passphrase trust" -f -a "trust" -d 'Accept a store that is refused as unknown, as another one, or as gone back in time'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from info" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from info" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from info" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from info" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from info" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from info" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from info" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from info" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from info" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from info" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from info" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from info" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from info" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from verify" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from verify" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from verify" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from verify" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from verify" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from verify" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from verify" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from verify" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from verify" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from verify" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from backup" -l keep -d 'Keep so many: FILE, FILE.1, FILE.2 and so on' -r
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from backup" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from backup" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from backup" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from backup" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from backup" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from backup" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from backup" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from backup" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from backup" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from backup" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from backup" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from backup" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from backup" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from restore" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from restore" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from restore" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from restore" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from restore" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from restore" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from restore" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from restore" -l dry-run -d 'Say what it means, and change nothing'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from restore" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from restore" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from restore" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from restore" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from restore" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from restore" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from compact" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from compact" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from compact" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from compact" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from compact" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from compact" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from compact" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from compact" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from compact" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from compact" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from compact" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from compact" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from compact" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from recipients" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from recipients" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from recipients" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from recipients" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from recipients" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from recipients" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from recipients" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from recipients" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from recipients" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from recipients" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from recipients" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from recipients" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from recipients" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from recipients" -f -a "list" -d 'List whom the store is sealed for'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from recipients" -f -a "add" -d 'Seal the store for one key more; whoever has it can read and change everything'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from recipients" -f -a "remove" -d 'Seal the store anew without one of its recipients, and with a new fingerprint'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from rekey" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from rekey" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from rekey" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from rekey" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from rekey" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from rekey" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from rekey" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from rekey" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from rekey" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from rekey" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from rekey" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from rekey" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from rekey" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from passphrase" -l new-passphrase-file -d 'Read the new passphrase from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from passphrase" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from passphrase" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from passphrase" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from passphrase" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from passphrase" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from passphrase" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from passphrase" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from passphrase" -l remove -d 'Leave the key file without a passphrase'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from passphrase" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from passphrase" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from passphrase" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from passphrase" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from passphrase" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from passphrase" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from trust" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from trust" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from trust" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from trust" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from trust" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from trust" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from trust" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from trust" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from trust" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from trust" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from trust" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from trust" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand store; and __fish_seen_subcommand_from trust" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and not __fish_seen_subcommand_from new validate show" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and not __fish_seen_subcommand_from new validate show" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and not __fish_seen_subcommand_from new validate show" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and not __fish_seen_subcommand_from new validate show" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and not __fish_seen_subcommand_from new validate show" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and not __fish_seen_subcommand_from new validate show" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and not __fish_seen_subcommand_from new validate show" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and not __fish_seen_subcommand_from new validate show" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and not __fish_seen_subcommand_from new validate show" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and not __fish_seen_subcommand_from new validate show" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and not __fish_seen_subcommand_from new validate show" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and not __fish_seen_subcommand_from new validate show" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and not __fish_seen_subcommand_from new validate show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and not __fish_seen_subcommand_from new validate show" -f -a "new" -d 'Write the manifest of an integration'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and not __fish_seen_subcommand_from new validate show" -f -a "validate" -d 'Check a manifest and name every fault with its place; exit code 12 when there are some'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and not __fish_seen_subcommand_from new validate show" -f -a "show" -d 'Show what a manifest says, or the JSON Schema of a mode'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from new" -l mode -d 'external-api, realtime-api or web-plugin; asked for unless given, and then everything else is too' -r
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from new" -l use-case -d 'What the integration is for' -r
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from new" -l name -d 'Its name, in lower case with hyphens; made from the use case unless given' -r
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from new" -l agent-id -d 'The agent; a placeholder unless given' -r
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from new" -l organization-id -d 'The organization; a placeholder unless given' -r
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from new" -l workspace-id -d 'The workspace that the work is done in' -r
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from new" -l base-url -d 'Another server than Siesta AI\'s own' -r
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from new" -l field -d 'A value that the product owns and the integration needs; may be repeated' -r
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from new" -l operation -d 'Only this operation of the mode; may be repeated; all of them unless given' -r
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from new" -l assistant -d 'An assistant, where there are several; one has the role primary; may be repeated' -r
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from new" -l out -d 'Where to write it, never over a file that is there; - for standard output' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from new" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from new" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from new" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from new" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from new" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from new" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from new" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from new" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from new" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from new" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from new" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from new" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from new" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from validate" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from validate" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from validate" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from validate" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from validate" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from validate" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from validate" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from validate" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from validate" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from validate" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from validate" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from validate" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from validate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from show" -l schema -d 'Print the JSON Schema of this mode\'s manifests instead, for an editor' -r
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from show" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from show" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from show" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from show" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from show" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from show" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from show" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from show" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand manifest; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand overview" -l html -d 'Write one self-contained page to this file, over one that is there; - for standard output' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand overview" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand overview" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand overview" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand overview" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand overview" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand overview" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand overview" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand overview" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand overview" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand overview" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand overview" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand overview" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand overview" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand import" -l only -d 'Only what has this name; may be repeated' -r
complete -c siesta -n "__fish_siesta_using_subcommand import" -l service -d 'The service that a key file of Google is for' -r
complete -c siesta -n "__fish_siesta_using_subcommand import" -l access -d 'Who may use them: private or shared' -r
complete -c siesta -n "__fish_siesta_using_subcommand import" -l owner -d 'The user answerable for them; whoever imports them unless given' -r
complete -c siesta -n "__fish_siesta_using_subcommand import" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand import" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand import" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand import" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand import" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand import" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand import" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand import" -l dry-run -d 'Show names and services, and import nothing'
complete -c siesta -n "__fish_siesta_using_subcommand import" -l no-verify -d 'Store the keys without trying them'
complete -c siesta -n "__fish_siesta_using_subcommand import" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand import" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand import" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand import" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand import" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand completions" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand completions" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand completions" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand completions" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand completions" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand completions" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand completions" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand completions" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand completions" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand completions" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand completions" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand completions" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand man" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand man" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand man" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand man" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand man" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand man" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand man" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand man" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand man" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand man" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand man" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand man" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c siesta -n "__fish_siesta_using_subcommand help" -l store -d 'Use the store in this directory, or the one of this name in config.toml' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand help" -l identity-file -d 'Read the key of the store from this age identity file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand help" -l passphrase-file -d 'Read the passphrase of the key file from this file' -r -F
complete -c siesta -n "__fish_siesta_using_subcommand help" -l expect-fingerprint -d 'Refuse the store unless it has this fingerprint' -r
complete -c siesta -n "__fish_siesta_using_subcommand help" -l actor -d 'Act as this user, or as agent:NAME' -r
complete -c siesta -n "__fish_siesta_using_subcommand help" -s o -d 'Print data in this format' -r -f -a "table\t'For people; on a pipe tab-separated lines without a header'
json\t'One document'
jsonl\t'One document per line'
csv\t'Comma-separated values with a header'
tsv\t'Tab-separated values with a header'
yaml\t'One document, as YAML'"
complete -c siesta -n "__fish_siesta_using_subcommand help" -l color -d 'Use colour: on a terminal, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c siesta -n "__fish_siesta_using_subcommand help" -l json -d 'Print data as JSON, as -o json does'
complete -c siesta -n "__fish_siesta_using_subcommand help" -s q -l quiet -d 'Leave out words about success'
complete -c siesta -n "__fish_siesta_using_subcommand help" -l no-input -d 'Never ask: a missing answer ends the command with exit code 2'
complete -c siesta -n "__fish_siesta_using_subcommand help" -s y -l yes -d 'Answer yes to every "are you sure?"'
complete -c siesta -n "__fish_siesta_using_subcommand help" -s v -l verbose -d 'Say more on stderr: what was opened; -vv each request, -vvv where it went'
complete -c siesta -n "__fish_siesta_using_subcommand help" -s h -l help -d 'Print help (see more with \'--help\')'

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
complete -c siesta -n __fish_siesta_at_name -l actor -x -a '(__fish_siesta_names)'
complete -c siesta -n __fish_siesta_at_name -l agent -x -a '(__fish_siesta_names)'
complete -c siesta -n __fish_siesta_at_name -l approval -x -a '(__fish_siesta_names)'
complete -c siesta -n __fish_siesta_at_name -l approver -x -a '(__fish_siesta_names)'
complete -c siesta -n __fish_siesta_at_name -l assign -x -a '(__fish_siesta_names)'
complete -c siesta -n __fish_siesta_at_name -l by -x -a '(__fish_siesta_names)'
complete -c siesta -n __fish_siesta_at_name -l connection -x -a '(__fish_siesta_names)'
complete -c siesta -n __fish_siesta_at_name -l new-owner -x -a '(__fish_siesta_names)'
complete -c siesta -n __fish_siesta_at_name -l owner -x -a '(__fish_siesta_names)'
complete -c siesta -n __fish_siesta_at_name -l reviewer -x -a '(__fish_siesta_names)'
complete -c siesta -n __fish_siesta_at_name -l service -x -a '(__fish_siesta_names)'
complete -c siesta -n __fish_siesta_at_name -l store -x -a '(__fish_siesta_names)'
complete -c siesta -n __fish_siesta_at_name -l team -x -a '(__fish_siesta_names)'
complete -c siesta -n __fish_siesta_at_name -l unassign -x -a '(__fish_siesta_names)'
complete -c siesta -n __fish_siesta_at_name -l user -x -a '(__fish_siesta_names)'
