//! What must always hold, each line with the tests that hold it; and the promises of SECURITY.md with theirs.
//!
//! A test that is renamed or taken away fails here: whoever does so says what holds the line from then on. The names are
//! looked for in the whole tree, so that a test may move to another file.
use crate::support::day::{DAY, Day};
use crate::support::peer::{peer, skipped};
use crate::support::provider::Button;
use crate::support::root;
use std::collections::BTreeSet;
use std::path::Path;

/// Number, what holds, and the tests that would fail if it did not.
const INVARIANTS: &[(u8, &str, &[&str])] = &[
    (
        1,
        "stock age and sqlite3 open the store",
        &[
            "stock_age_and_sqlite3_open_the_store",
            "a_recovery_recipient_opens_the_store_with_stock_age",
            "a_backup_is_an_age_file_that_stock_programs_open",
        ],
    ),
    (
        2,
        "a kill at any point loses nothing that was acknowledged; a full disk leaves the old state",
        &[
            "processes_killed_at_any_instant_lose_nothing_that_was_acknowledged",
            "a_process_that_dies_at_any_step_leaves_the_old_state_or_the_new_one",
            "a_full_disk_is_a_clear_error_and_the_next_run_works",
            "a_full_disk_at_every_step_leaves_the_old_state_or_has_done_it",
        ],
    ),
    (
        3,
        "a file that is not what it was is a named error and stays as it is",
        &[
            "a_damaged_store_is_exit_6_and_is_left_as_it_is",
            "a_wrong_key_is_exit_5_and_names_the_key",
            "a_flip_in_any_file_is_found_and_named",
            "a_newer_store_is_refused_by_name_and_left_alone",
            "every_cut_of_base_and_delta_is_damage",
        ],
    ),
    (
        4,
        "rollback and forgery are noticed, with one explicit way out",
        &[
            "an_older_copy_put_back_is_noticed",
            "a_store_somebody_else_made_is_not_taken_for_ours",
            "an_older_store_is_gone_on_with_only_when_somebody_says_so",
        ],
    ),
    (
        5,
        "writers at once lose nothing, readers see whole changes, a dead process blocks nobody",
        &[
            "sixteen_processes_that_write_at_once_lose_nothing",
            "writers_at_once_lose_nothing_and_readers_see_whole_changes",
            "a_lock_is_held_for_as_long_as_its_process_lives",
        ],
    ),
    (
        6,
        "files are their owner's from the first instant, and nothing is plain",
        &[
            "files_are_for_their_owner_alone_from_the_first_instant",
            "every_file_is_for_its_owner_alone",
            "nothing_of_the_store_is_plain_on_the_disk",
            "loosened_permissions_are_reported",
            "the_process_leaves_no_core",
        ],
    ),
    (
        7,
        "after a revocation the credential is in no file of the store",
        &[
            "revoking_asks_the_provider_first_and_destroys_the_credential_everywhere",
            "a_backup_made_after_a_revocation_holds_nothing_of_the_credential",
            "what_a_folded_change_deletes_is_in_no_file",
            "after_a_day_any_change_destroys_it_and_a_retry_says_so",
        ],
    ),
    (
        8,
        "no planted secret is heard anywhere",
        &[
            "a_whole_day_of_every_command_tells_no_secret_in_words_documents_or_files_even_for_a_moment",
            "a_provider_that_repeats_what_it_was_sent_puts_no_secret_into_any_word_or_file",
            "a_network_that_fails_in_any_way_tells_no_secret",
            "a_panic_while_a_secret_is_open_tells_no_secret_and_leaves_a_whole_store",
            "no_secret_is_in_the_arguments_or_the_environment_of_the_process",
            "every_way_to_sign_in_tells_no_secret",
        ],
    ),
    (
        9,
        "a secret as an argument is refused",
        &[
            "a_secret_as_an_argument_is_exit_2_and_is_never_repeated",
            "real_shapes_are_refused_wherever_they_stand_and_never_repeated",
        ],
    ),
    (
        10,
        "an error of the network names no path and no query",
        &["failures_are_told_apart_and_name_no_path", "more_v_say_more_and_never_a_path"],
    ),
    (
        11,
        "one refresh leaves, however many need the token",
        &["thirty_two_processes_refresh_once", "thirty_two_handles_ask_once"],
    ),
    (
        12,
        "a refresh keeps what it must, and only a refusal changes the status",
        &[
            "a_refresh_without_a_new_refresh_token_keeps_the_old_one",
            "what_is_transient_changes_nothing_and_a_token_that_is_still_good_is_used",
            "a_refused_refresh_needs_a_new_sign_in_and_a_failed_one_changes_nothing",
        ],
    ),
    (
        13,
        "a crash between answer and commit is made good or said",
        &[
            "an_interrupted_refresh_that_never_arrived_is_made_good",
            "a_refresh_that_was_interrupted_is_tried_once_with_the_stored_token",
            "a_rotated_token_that_is_lost_is_said_to_be",
        ],
    ),
    (
        14,
        "a stranger neither ends nor confuses a sign-in",
        &[
            "strangers_at_the_callback_neither_end_nor_confuse_the_sign_in_nor_the_next",
            "a_strangers_requests_neither_end_nor_confuse_the_flow",
            "a_hundred_idle_sockets_do_not_keep_the_browser_out",
        ],
    ),
    (
        15,
        "a second sign-in works at once, and a browser that stays away ends in exit 4",
        &["a_second_sign_in_on_the_same_port_works_right_after_the_first", "a_browser_that_never_comes_back_is_exit_4"],
    ),
    (
        16,
        "a revocation says what the provider said",
        &[
            "the_outcome_is_what_the_provider_said",
            "revoke_says_what_the_provider_said_and_the_row_stays",
            "revoke_that_the_provider_did_not_hear_is_exit_11_and_never_called_revoked",
        ],
    ),
    (
        17,
        "one decision for every entry point, which denies where it cannot tell",
        &[
            "an_explanation_is_what_the_call_obeys_and_leaves_no_trace",
            "a_request_by_address_is_decided_like_the_call_it_is",
            "the_same_request_in_every_place_gets_the_same_decision",
            "who_is_no_active_person_or_agent_decides_and_calls_nothing",
        ],
    ),
    (
        18,
        "an approval is used once, for what was shown, and never given by an agent",
        &[
            "of_two_who_redeem_an_approval_at_once_one_wins",
            "an_approval_opens_one_request_of_one_agent_under_one_policy",
            "an_agent_and_a_stranger_answer_nothing",
            "with_four_eyes_nobody_answers_for_themselves",
        ],
    ),
    (
        19,
        "what blocks a redemption does not burn the approval",
        &[
            "a_function_disabled_meanwhile_blocks_and_burns_nothing",
            "limits_come_before_approvals_so_nothing_is_burned",
            "a_refresh_that_fails_for_now_does_not_burn_the_approval",
        ],
    ),
    (
        20,
        "a strict limit is never overspent, and windows are those of the calendar",
        &[
            "a_strict_limit_is_not_overspent_by_many_at_once",
            "a_limit_below_what_is_used_refuses_and_changes_no_usage",
            "a_day_that_loses_an_hour_and_one_that_gains_one_keep_their_own",
            "a_new_zone_in_mid_week_moves_records_to_other_days_and_loses_none",
            "a_week_goes_on_over_the_end_of_the_year_and_begins_on_the_day_that_is_said",
            "a_clock_set_back_an_hour_gives_nobody_their_tokens_back",
        ],
    ),
    (
        21,
        "a credential follows no redirect and reaches no private address",
        &[
            "a_redirect_is_an_answer_and_is_not_followed",
            "a_name_that_resolves_into_the_private_network_is_refused",
            "a_name_is_asked_once_so_a_second_answer_cannot_move_the_connection",
            "a_download_that_is_redirected_arrives_without_its_credential_having_been_there",
            "each_hop_is_judged_like_any_address_and_takes_nothing_of_the_request_along",
        ],
    ),
    (
        22,
        "an unknown function is no read, and a private connection is its owner's",
        &[
            "an_address_that_is_no_function_is_never_treated_as_a_harmless_one",
            "with_no_user_named_a_private_connection_is_open_to_its_owners_agents_only",
            "every_case_of_the_specification_is_decided_as_it_says",
        ],
    ),
    (
        23,
        "no effect and no decision without a row, and a changed row is named",
        &[
            "an_audit_that_cannot_be_written_stops_the_call_before_it_leaves",
            "a_denied_call_leaves_a_row_and_nothing_else",
            "every_changing_command_writes_what_it_changed_from_what_to_what",
            "a_row_that_was_changed_is_found_and_named",
            "every_field_is_under_the_hash",
        ],
    ),
    (
        24,
        "approval-needed is never exit 0, and every failure has its code",
        &[
            "a_call_that_needs_approval_waits_and_is_run_once_when_it_is_given",
            "each_kind_of_no_has_its_own_exit",
            "no_two_exits_share_a_code_or_a_name",
        ],
    ),
    (
        25,
        "a dry run says what the real one does; apply then plan, and export then apply, are no news",
        &[
            "a_dry_run_says_what_the_real_one_does_and_writes_nothing",
            "after_an_apply_the_plan_is_empty_and_the_export_makes_the_same_again",
            "an_export_makes_the_same_organization_of_an_empty_store",
            "a_file_is_planned_applied_and_then_no_news",
        ],
    ),
    (
        26,
        "help, pages, completion, schemas and behaviour agree",
        &[
            "completions_and_man_pages_are_fresh",
            "the_examples_of_every_command_do_what_they_say",
            "every_answer_is_what_its_schema_says",
            "every_command_has_a_schema_and_every_schema_a_command",
            "every_next_command_is_one_that_the_program_takes",
        ],
    ),
    (27, "a closed pipe is silence on every command", &["a_closed_pipe_is_silence_and_no_failure_on_every_command"]),
    (
        28,
        "without a terminal nothing waits, without a network what needs none works, and cron has only a home",
        &[
            "every_command_works_on_its_day",
            "without_a_terminal_every_question_is_exit_2_and_names_its_flag",
            "without_a_network_every_command_that_needs_none_works",
            "a_machine_with_nothing_but_a_home_works",
            "a_report_works_as_cron_runs_it_over_a_store_it_may_only_read",
        ],
    ),
    (
        29,
        "a keyring that is absent, locked or silent costs seconds, and nothing weaker takes its place",
        &["the_keyring_holds_the_key_and_is_never_replaced_by_something_weaker"],
    ),
    (
        30,
        "text from outside is harmless",
        &[
            "text_from_outside_is_shown_harmless",
            "text_from_outside_moves_no_cursor_and_turns_nothing_around",
            "nothing_hidden_survives",
        ],
    ),
];

/// Every test of the tree.
fn tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut waiting = vec![root().join("src"), root().join("tests")];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|end| end == "rs") {
            names.extend(tests_of(&path));
        }
    }
    names
}

fn tests_of(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).unwrap();
    let mut names = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        match line.strip_prefix("fn ") {
            _ if line == "#[test]" => is_test = true,
            // Between the two stand other attributes.
            None => is_test &= line.starts_with('#') || line.starts_with("//"),
            Some(rest) => {
                names.extend(rest.split('(').next().filter(|_| is_test).map(str::to_owned));
                is_test = false;
            }
        }
    }
    names
}

#[test]
fn the_thirty_invariants_each_have_tests_that_exist() {
    let tests = tests();
    let numbers: Vec<u8> = INVARIANTS.iter().map(|(number, _, _)| *number).collect();
    assert_eq!(numbers, (1..=30).collect::<Vec<u8>>());
    for (number, what, named) in INVARIANTS {
        assert!(!named.is_empty(), "nothing holds {number}: {what}");
        let missing: Vec<&&str> = named.iter().filter(|name| !tests.contains(**name)).collect();
        assert!(missing.is_empty(), "{number} ({what}) names tests that are not there: {missing:?}");
    }
}

/// The words in backticks on the security page that are names of tests: long, and of small letters and underscores.
fn named_on_the_security_page() -> Vec<String> {
    let page = std::fs::read_to_string(root().join("SECURITY.md")).unwrap();
    let quoted = page.split('`').skip(1).step_by(2).map(str::to_owned);
    let is_name = |word: &String| {
        word.matches('_').count() >= 3 && word.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit())
    };
    quoted.filter(is_name).collect()
}

#[test]
fn every_promise_of_the_security_page_names_tests_that_exist() {
    let page = std::fs::read_to_string(root().join("SECURITY.md")).unwrap();
    let (tests, named) = (tests(), named_on_the_security_page());
    let missing: Vec<&String> = named.iter().filter(|name| !tests.contains(*name)).collect();
    assert!(missing.is_empty(), "SECURITY.md names tests that are not there: {missing:?}");
    let promises = page.split("\n## ").find(|part| part.starts_with("What is promised")).unwrap();
    let promises: Vec<&str> =
        promises.split("\n| ").skip(1).filter(|row| !row.starts_with("promise ") && !row.starts_with('-')).collect();
    assert!(promises.len() >= 10, "{promises:?}");
    for promise in promises {
        let tested = promise.rsplit('|').nth(1).unwrap_or_default();
        assert!(named.iter().any(|name| tested.contains(&format!("`{name}`"))), "no test is named for: {promise}");
    }
}

/// Looks at clocks and ports of the machine.
const NEEDS_A_NETWORK: [&str; 1] = ["doctor"];

#[test]
fn without_a_network_every_command_that_needs_none_works() {
    let (Some(unshare), Some(_)) = (peer("unshare"), peer("bash")) else { return };
    let day = Day::new();
    let without = |words: &[&str]| {
        let mut line = vec!["-rn", env!("CARGO_BIN_EXE_siesta")];
        line.extend(words);
        day.sandbox.other(&unshare, &line)
    };
    if without(&["--version"]).run().code != Some(0) {
        return skipped("this machine lets nobody have a network of their own");
    }
    let mut seen = BTreeSet::new();
    for step in DAY.iter().take_while(|step| step.leaf != "completions") {
        if step.signs_in {
            day.line(step).sign_in(Button::Allow).0.ends_with(step.ends);
            continue;
        }
        day.line(step).run().ends_with(step.ends);
        if step.looks() && !NEEDS_A_NETWORK.contains(&step.leaf) && seen.insert(step.leaf) {
            let words = day.words(step);
            without(&words.iter().map(String::as_str).collect::<Vec<_>>()).run().ends_with(step.ends);
        }
    }
}
