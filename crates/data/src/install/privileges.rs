//! The rows of privileges, and of roles that hold them.
//!
//! In: a privilege of a catalogue. Out: rows to be. Invariant: the row says what the catalogue says, and nothing else.

use uuid::Uuid;

use crate::catalogue::{Depth, Privilege, PrivilegeId};
use crate::install::NewRow;
use crate::plan::Cell;

/// The row of a privilege.
pub(crate) fn privilege(privilege: &Privilege) -> NewRow {
    let can_be = |depth| Cell::Bool(privilege.depths.contains(&depth));
    let right = privilege.on.map_or(0, |(_, right)| right.number());
    let cells = vec![
        ("name", Cell::Text(privilege.name.clone())),
        ("accessright", Cell::Int(right.into())),
        ("canbebasic", can_be(Depth::Basic)),
        ("canbelocal", can_be(Depth::Local)),
        ("canbedeep", can_be(Depth::Deep)),
        ("canbeglobal", can_be(Depth::Global)),
        ("canbeentityreference", Cell::Bool(false)),
        ("canbeparententityreference", Cell::Bool(false)),
    ];
    NewRow {
        id: privilege.id.0,
        cells,
    }
}

/// The row of a role that holds a privilege this deep.
pub(crate) fn holding(id: Uuid, (role, privilege, depth): (Uuid, PrivilegeId, Depth)) -> NewRow {
    NewRow {
        id,
        cells: vec![
            ("roleid", Cell::Guid(role)),
            ("privilegeid", Cell::Guid(privilege.0)),
            ("privilegedepthmask", Cell::Int(depth.mask().into())),
        ],
    }
}
