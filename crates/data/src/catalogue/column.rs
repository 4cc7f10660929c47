//! A column of a table.

use serde::{Deserialize, Serialize};

use crate::catalogue::{Cascade, TableId};

/// The position of a column in its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ColumnId(pub(crate) u16);

/// A column.
#[derive(Debug)]
pub(crate) struct Column {
    /// Its position.
    pub id: ColumnId,
    /// `primarycontactid`; also the name of the SQL column.
    pub logical_name: String,
    /// The property on the wire: the logical name, or `_primarycontactid_value` for a lookup.
    pub property: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether a value is demanded.
    pub required: RequiredLevel,
    /// A caller may give it on create.
    pub on_create: bool,
    /// A caller may give it on update.
    pub on_update: bool,
    /// It is answered to callers.
    pub on_read: bool,
    /// Composed by us from other columns of the row.
    pub computed: Option<Computed>,
    /// The SQL column with the folded form of a text (`name__folded`), for comparison and order.
    pub folded: Option<String>,
    /// The SQL column with the number of the table that a lookup with several targets points to
    /// (`ownerid__table`, holding the object type code).
    pub target_table: Option<String>,
}

impl Column {
    /// The tables that a lookup may point to; none for every other kind.
    #[must_use]
    pub(crate) fn targets(&self) -> &[Target] {
        if let Kind::Lookup { targets } = &self.kind {
            targets
        } else {
            &[]
        }
    }
}

/// How a column is composed from others of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Computed {
    /// `firstname` and `lastname` with a space between.
    FullName,
}

/// What a column holds.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// One line of text; the folded form stands beside it for comparison.
    String {
        /// In characters (UTF-16 code units, as Dataverse counts).
        max_length: usize,
    },
    /// Several lines of text.
    Memo {
        /// In characters.
        max_length: usize,
    },
    /// A whole number of 32 bits.
    Integer {
        /// The smallest.
        min: i32,
        /// The greatest.
        max: i32,
    },
    /// A whole number of 64 bits.
    BigInt,
    /// An exact number, stored times ten to the scale.
    Decimal {
        /// Digits behind the point that are stored and shown.
        scale: u32,
        /// The smallest, scaled.
        min: i64,
        /// The greatest, scaled.
        max: i64,
    },
    /// An amount of money, stored times ten to the scale (4, as Dataverse answers).
    Money {
        /// Digits behind the point that are stored and shown.
        scale: u32,
        /// The smallest, scaled.
        min: i64,
        /// The greatest, scaled.
        max: i64,
    },
    /// A floating-point number.
    Double {
        /// The smallest.
        min: f64,
        /// The greatest.
        max: f64,
    },
    /// Yes or no.
    Boolean {
        /// The label of true.
        true_label: String,
        /// The label of false.
        false_label: String,
        /// The value when none is given.
        default: Option<bool>,
    },
    /// A point in time, stored in whole seconds since 1970.
    DateTime,
    /// A calendar day, stored in days since 1970.
    Date,
    /// One of a list of numbers.
    Choice {
        /// The list.
        options: Vec<Choice>,
        /// The value when none is given.
        default: Option<i32>,
    },
    /// The state of a row (`statecode`): active, inactive, ...
    State {
        /// The list.
        options: Vec<Choice>,
    },
    /// The reason of a state (`statuscode`): each belongs to one state.
    Status {
        /// The list; [`Choice::state`] is set.
        options: Vec<Choice>,
    },
    /// A row of another table. With more than one target the table's number stands beside it
    /// (SQL column `<name>__table`, holding the object type code).
    Lookup {
        /// The tables that it may point to.
        targets: Vec<Target>,
    },
    /// An identifier that is not a lookup (`accountid`, `applicationid`).
    Guid,
}

/// One number of a choice.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    /// The number.
    pub value: i32,
    /// For people.
    pub label: String,
    /// The state that a status reason belongs to.
    pub state: Option<i32>,
    /// The status reason (of a state) that is set when none is given.
    pub is_default: bool,
}

/// A table that a lookup may point to.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// The table.
    pub table: TableId,
    /// The navigation property on this side (`primarycontactid`, `parentcustomerid_account`).
    pub navigation: String,
    /// The navigation property on the other side (`contact_customer_accounts`).
    pub collection: String,
    /// What happens to this row when the other is deleted.
    pub on_delete: Cascade,
}

/// Whether a value is demanded (Dataverse `RequiredLevel`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequiredLevel {
    /// No.
    #[default]
    None,
    /// By forms alone; the Web API does not enforce it.
    Application,
    /// Always; it can never be null.
    System,
}
