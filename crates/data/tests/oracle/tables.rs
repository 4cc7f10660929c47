//! The tables that the oracle asks about: their columns, and the lookups between them.
//!
//! Invariant: written by hand from the Web API's names, not read from the product's catalogue.

/// A table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Table {
    Account,
    Contact,
    Task,
    User,
    Team,
    Unit,
}

/// The tables whose rows users and teams own.
pub(super) const OWNED: [Table; 3] = [Table::Account, Table::Contact, Table::Task];

/// All of them.
pub(super) const ALL: [Table; 6] = [
    Table::Account,
    Table::Contact,
    Table::Task,
    Table::User,
    Table::Team,
    Table::Unit,
];

/// What a table looks like on the wire.
pub(super) struct Shape {
    /// The entity set.
    pub(super) set: &'static str,
    /// The primary key.
    pub(super) key: &'static str,
    /// The column by which rows are called.
    pub(super) name: &'static str,
    /// What its privileges are named after.
    pub(super) noun: &'static str,
    /// The columns asked about.
    pub(super) columns: &'static [Column],
    /// The lookups asked about.
    pub(super) lookups: &'static [Lookup],
}

/// A column.
#[derive(Debug)]
pub(super) struct Column {
    /// Its property.
    pub(super) name: &'static str,
    /// What it holds.
    pub(super) kind: Kind,
    /// Whether callers write it.
    pub(super) write: Write,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// A whole number from 0 to 100.
    Whole,
    /// An amount of four decimals.
    Money,
    Flag,
    Day,
    Time,
    Choice(&'static [i64]),
    /// The primary key.
    Key,
}

/// Who writes a column or a lookup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Write {
    ByCaller,
    ByService,
}

/// A lookup.
#[derive(Debug)]
pub(super) struct Lookup {
    /// Its logical name; the property is `_<name>_value`.
    pub(super) name: &'static str,
    /// Where it may lead.
    pub(super) targets: &'static [Target],
    /// Whether callers write it by binding.
    pub(super) write: Write,
}

/// A table that a lookup may lead to.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) table: Table,
    /// The navigation property of the row that has the lookup.
    pub(super) navigation: &'static str,
    /// The navigation property of the row that it leads to.
    pub(super) collection: &'static str,
    /// What becomes of the row that has the lookup when the one that it leads to is deleted.
    pub(super) on_delete: OnDelete,
}

/// See [`Target::on_delete`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnDelete {
    Cascade,
    RemoveLink,
    Restrict,
}

use Kind::{Choice, Day, Flag, Money, Text, Time, Whole};
use OnDelete::{Cascade, RemoveLink, Restrict};
use Write::{ByCaller, ByService};

const fn column(name: &'static str, kind: Kind) -> Column {
    Column {
        name,
        kind,
        write: ByCaller,
    }
}

const fn fixed(name: &'static str, kind: Kind) -> Column {
    Column {
        name,
        kind,
        write: ByService,
    }
}

const fn target(table: Table, navigation: &'static str, collection: &'static str, on_delete: OnDelete) -> Target {
    Target {
        table,
        navigation,
        collection,
        on_delete,
    }
}

const fn lookup(name: &'static str, targets: &'static [Target]) -> Lookup {
    Lookup {
        name,
        targets,
        write: ByCaller,
    }
}

/// A lookup that the service sets.
const fn stamp(name: &'static str, targets: &'static [Target]) -> Lookup {
    Lookup {
        name,
        targets,
        write: ByService,
    }
}

const ACCOUNT: Shape = Shape {
    set: "accounts",
    key: "accountid",
    name: "name",
    noun: "Account",
    columns: &[
        column("name", Text),
        column("address1_city", Text),
        column("description", Text),
        column("revenue", Money),
        column("creditlimit", Money),
        column("numberofemployees", Whole),
        column("creditonhold", Flag),
        column("accountcategorycode", Choice(&[1, 2])),
        column("lastonholdtime", Time),
    ],
    lookups: &[
        lookup(
            "primarycontactid",
            &[target(
                Table::Contact,
                "primarycontactid",
                "account_primary_contact",
                RemoveLink,
            )],
        ),
        lookup(
            "parentaccountid",
            &[target(
                Table::Account,
                "parentaccountid",
                "account_parent_account",
                RemoveLink,
            )],
        ),
        lookup(
            "preferredsystemuserid",
            &[target(
                Table::User,
                "preferredsystemuserid",
                "system_user_accounts",
                RemoveLink,
            )],
        ),
        stamp(
            "owninguser",
            &[target(Table::User, "owninguser", "user_accounts", Restrict)],
        ),
        stamp(
            "owningteam",
            &[target(Table::Team, "owningteam", "team_accounts", Restrict)],
        ),
        stamp(
            "owningbusinessunit",
            &[target(
                Table::Unit,
                "owningbusinessunit",
                "business_unit_accounts",
                Restrict,
            )],
        ),
    ],
};

const CONTACT: Shape = Shape {
    set: "contacts",
    key: "contactid",
    name: "fullname",
    noun: "Contact",
    columns: &[
        column("firstname", Text),
        column("lastname", Text),
        fixed("fullname", Text),
        column("jobtitle", Text),
        column("creditlimit", Money),
        column("numberofchildren", Whole),
        column("creditonhold", Flag),
        column("familystatuscode", Choice(&[1, 2, 3, 4])),
        column("birthdate", Day),
    ],
    lookups: &[
        lookup(
            "parentcustomerid",
            &[
                target(
                    Table::Account,
                    "parentcustomerid_account",
                    "contact_customer_accounts",
                    Cascade,
                ),
                target(
                    Table::Contact,
                    "parentcustomerid_contact",
                    "contact_customer_contacts",
                    Cascade,
                ),
            ],
        ),
        lookup(
            "preferredsystemuserid",
            &[target(
                Table::User,
                "preferredsystemuserid",
                "system_user_contacts",
                RemoveLink,
            )],
        ),
        stamp(
            "owninguser",
            &[target(Table::User, "owninguser", "contact_owning_user", Restrict)],
        ),
        stamp(
            "owningteam",
            &[target(Table::Team, "owningteam", "team_contacts", Restrict)],
        ),
        stamp(
            "owningbusinessunit",
            &[target(
                Table::Unit,
                "owningbusinessunit",
                "business_unit_contacts",
                Restrict,
            )],
        ),
    ],
};

const TASK: Shape = Shape {
    set: "tasks",
    key: "activityid",
    name: "subject",
    noun: "Activity",
    columns: &[
        column("subject", Text),
        column("description", Text),
        column("category", Text),
        column("percentcomplete", Whole),
        column("isbilled", Flag),
        column("prioritycode", Choice(&[0, 1, 2])),
        column("scheduledend", Time),
    ],
    lookups: &[
        lookup(
            "regardingobjectid",
            &[
                target(
                    Table::Account,
                    "regardingobjectid_account_task",
                    "Account_Tasks",
                    Cascade,
                ),
                target(
                    Table::Contact,
                    "regardingobjectid_contact_task",
                    "Contact_Tasks",
                    Cascade,
                ),
            ],
        ),
        stamp(
            "owninguser",
            &[target(Table::User, "owninguser", "user_task", Restrict)],
        ),
        stamp(
            "owningteam",
            &[target(Table::Team, "owningteam", "team_task", Restrict)],
        ),
        stamp(
            "owningbusinessunit",
            &[target(
                Table::Unit,
                "owningbusinessunit",
                "business_unit_task_activities",
                Restrict,
            )],
        ),
    ],
};

const USER: Shape = Shape {
    set: "systemusers",
    key: "systemuserid",
    name: "fullname",
    noun: "User",
    columns: &[
        fixed("fullname", Text),
        fixed("domainname", Text),
        fixed("isdisabled", Flag),
    ],
    lookups: &[stamp(
        "businessunitid",
        &[target(
            Table::Unit,
            "businessunitid",
            "business_unit_system_users",
            Restrict,
        )],
    )],
};

const TEAM: Shape = Shape {
    set: "teams",
    key: "teamid",
    name: "name",
    noun: "Team",
    columns: &[fixed("name", Text), fixed("isdefault", Flag)],
    lookups: &[stamp(
        "businessunitid",
        &[target(Table::Unit, "businessunitid", "business_unit_teams", Cascade)],
    )],
};

const UNIT: Shape = Shape {
    set: "businessunits",
    key: "businessunitid",
    name: "name",
    noun: "BusinessUnit",
    columns: &[fixed("name", Text)],
    lookups: &[stamp(
        "parentbusinessunitid",
        &[target(
            Table::Unit,
            "parentbusinessunitid",
            "business_unit_parent_business_unit",
            Restrict,
        )],
    )],
};

/// The property of every table's primary key.
static KEYS: [Column; 6] = [
    fixed(ACCOUNT.key, Kind::Key),
    fixed(CONTACT.key, Kind::Key),
    fixed(TASK.key, Kind::Key),
    fixed(USER.key, Kind::Key),
    fixed(TEAM.key, Kind::Key),
    fixed(UNIT.key, Kind::Key),
];

impl Table {
    /// What it looks like.
    pub(super) fn shape(self) -> &'static Shape {
        match self {
            Self::Account => &ACCOUNT,
            Self::Contact => &CONTACT,
            Self::Task => &TASK,
            Self::User => &USER,
            Self::Team => &TEAM,
            Self::Unit => &UNIT,
        }
    }

    /// Its primary key as a column.
    pub(super) fn key(self) -> &'static Column {
        KEYS.iter().find(|column| column.name == self.shape().key).unwrap()
    }

    /// Whether users and teams own its rows; the others belong to a business unit.
    pub(super) fn is_owned(self) -> bool {
        OWNED.contains(&self)
    }

    /// One of its lookups.
    pub(super) fn lookup(self, name: &str) -> &'static Lookup {
        self.shape().lookups.iter().find(|lookup| lookup.name == name).unwrap()
    }

    /// The lookups, with their targets, that lead to its rows.
    pub(super) fn collections(self) -> Vec<Collection> {
        let mut found = Vec::new();
        for table in ALL {
            for lookup in table.shape().lookups {
                for target in lookup.targets.iter().filter(|target| target.table == self) {
                    found.push(Collection {
                        name: target.collection,
                        table,
                        lookup,
                        on_delete: target.on_delete,
                    });
                }
            }
        }
        found
    }
}

/// A collection of a row: the rows of `table` whose lookup leads to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Collection {
    /// The navigation property.
    pub(super) name: &'static str,
    pub(super) table: Table,
    pub(super) lookup: &'static Lookup,
    pub(super) on_delete: OnDelete,
}

impl Lookup {
    /// Its property.
    pub(super) fn property(&self) -> String {
        format!("_{}_value", self.name)
    }
}
