//! What a twin that was just read means for each writable property (checklist 43 to 47).

use crate::outcome::Reason;
use crate::status;

/// What the twin, and the session's memory, say of one writable property.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    /// The twin desires a value.
    pub(super) desired: bool,
    /// `$version` of the desired section.
    pub(super) version: i64,
    /// Version and status of the last acknowledgement, if there is one.
    pub(super) acknowledged: Option<(i64, u16)>,
    /// The twin holds a reported value, acknowledgement or not.
    pub(super) reported: bool,
    /// The version for which the handler owes its final answer, in this run of the program.
    pub(super) pending: Option<i64>,
    /// What the session knew of the desired value before this read.
    pub(super) before: Before,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// Nothing: this is the first read since the program started.
    FirstRead,
    /// The handler has been told this very value, or that there is none.
    Same,
    /// The handler has been told of another value, or of none where there is one now.
    Changed,
    /// The handler has been told of a value, and now there is none.
    Gone,
}

/// What to do about one writable property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Hand the desired value to the handler and acknowledge it.
    Handle(Reason),
    /// Tell the handler that the desired value is gone.
    Remove,
    /// Hand over the desired value, which is acknowledged already.
    RestoreDesired,
    /// Hand over the value that the device reported last.
    RestoreReported,
    /// Report the value that the handler has by itself, if any.
    Default,
    /// All is settled.
    Nothing,
}

pub(super) fn decide(seen: Seen) -> Step {
    let first = seen.before == Before::FirstRead;
    if !seen.desired {
        return match (seen.before, seen.reported) {
            (Before::Gone, _) => Step::Remove,
            (_, false) => Step::Default,
            (Before::FirstRead, true) => Step::RestoreReported,
            (Before::Same | Before::Changed, true) => Step::Nothing,
        };
    }
    if seen.pending == Some(seen.version) {
        return Step::Nothing;
    }
    match seen.acknowledged {
        Some((version, status)) if version == seen.version => match status {
            // Taken but not finished, or failed: the program that owed the rest may be gone.
            status::PENDING | status::INTERNAL_ERROR.. => Step::Handle(Reason::Startup),
            ..status::BAD_REQUEST if first || seen.before == Before::Changed => {
                Step::RestoreDesired
            }
            // Refused for good; what the device had instead is what it goes on with.
            status::BAD_REQUEST.. if first => Step::RestoreReported,
            _ => Step::Nothing,
        },
        // Newer than acknowledged, never acknowledged, or acknowledged in another life of this twin:
        // a version that counts from one again.
        _ => Step::Handle(Reason::Startup),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEEN: Seen = Seen {
        desired: true,
        version: 5,
        acknowledged: None,
        reported: false,
        pending: None,
        before: Before::FirstRead,
    };

    fn acknowledged(version: i64, status: u16) -> Seen {
        Seen {
            acknowledged: Some((version, status)),
            reported: true,
            ..SEEN
        }
    }

    #[test]
    fn c43_a_desired_value_without_acknowledgement_or_with_an_older_one_is_handled() {
        assert_eq!(decide(SEEN), Step::Handle(Reason::Startup));
        assert_eq!(decide(acknowledged(4, 200)), Step::Handle(Reason::Startup));
        assert_eq!(decide(acknowledged(0, 203)), Step::Handle(Reason::Startup));
    }

    #[test]
    fn c44_an_acknowledged_value_is_restored_and_an_unfinished_one_handled_again() {
        assert_eq!(decide(acknowledged(5, 200)), Step::RestoreDesired);
        assert_eq!(decide(acknowledged(5, 400)), Step::RestoreReported);
        for status in [202, 500, 503] {
            assert_eq!(
                decide(acknowledged(5, status)),
                Step::Handle(Reason::Startup)
            );
        }
    }

    #[test]
    fn c44_what_the_running_handler_knows_or_works_on_is_left_alone() {
        for (status, pending) in [(200, None), (400, None), (202, Some(5))] {
            let seen = Seen {
                before: Before::Same,
                pending,
                ..acknowledged(5, status)
            };
            assert_eq!(decide(seen), Step::Nothing);
        }
    }

    #[test]
    fn c45_an_acknowledgement_from_another_life_of_the_twin_does_not_count() {
        assert_eq!(decide(acknowledged(9, 200)), Step::Handle(Reason::Startup));
    }

    #[test]
    fn c46_without_desired_the_reported_value_is_restored_else_the_default_reported() {
        let none = Seen {
            desired: false,
            ..SEEN
        };
        assert_eq!(decide(none), Step::Default);
        let reported = Seen {
            reported: true,
            ..none
        };
        assert_eq!(decide(reported), Step::RestoreReported);
        let gone = Seen {
            before: Before::Gone,
            ..reported
        };
        assert_eq!(decide(gone), Step::Remove);
    }
}
