//! Accounts, contacts and tasks, made up the same way every time.
//!
//! In: the position of a row. Out: its JSON. Invariant: no chance; a row is a function of its position.

use serde_json::{Value, json};
use uuid::Uuid;

use super::cast;

const PLACES: [&str; 40] = [
    "Aspen", "Birch", "Cedar", "Delta", "Ember", "Fjord", "Glacier", "Harbor", "Island", "Juniper", "Kestrel",
    "Lagoon", "Meadow", "Nordic", "Orchard", "Prairie", "Quarry", "River", "Summit", "Tundra", "Upland", "Valley",
    "Willow", "Yarrow", "Zephyr", "Amber", "Basalt", "Coral", "Dune", "Elm", "Falcon", "Granite", "Heather", "Ivory",
    "Jade", "Linden", "Maple", "Ocean", "Pine", "Quartz",
];
const TRADES: [&str; 25] = [
    "Freight",
    "Foods",
    "Textiles",
    "Robotics",
    "Timber",
    "Energy",
    "Optics",
    "Dairy",
    "Ceramics",
    "Logistics",
    "Media",
    "Chemicals",
    "Bicycles",
    "Instruments",
    "Shipping",
    "Pharma",
    "Furniture",
    "Software",
    "Tools",
    "Glass",
    "Paper",
    "Mining",
    "Seeds",
    "Travel",
    "Security",
];
const GIVEN_NAMES: [&str; 50] = [
    "Ada", "Bela", "Chidi", "Dana", "Elif", "Finn", "Greta", "Hana", "Ivan", "Jonas", "Keiko", "Liam", "Mina", "Nora",
    "Omar", "Petra", "Quinn", "Rosa", "Sven", "Tariq", "Uma", "Vera", "Wanda", "Ximena", "Yusuf", "Zoe", "Anton",
    "Berit", "Carlos", "Dina", "Emil", "Freya", "Goran", "Helga", "Ines", "Jamal", "Karin", "Lars", "Marta", "Nils",
    "Olga", "Pavel", "Ruth", "Selma", "Tomas", "Ulla", "Viktor", "Wim", "Yara", "Åse",
];
const SURNAMES: [&str; 40] = [
    "Andersen",
    "Berg",
    "Costa",
    "Diaz",
    "Eriksen",
    "Fischer",
    "Garcia",
    "Haas",
    "Ito",
    "Jansen",
    "Kowalski",
    "Lund",
    "Moreau",
    "Novak",
    "Okafor",
    "Petrov",
    "Quist",
    "Rossi",
    "Silva",
    "Tanaka",
    "Ueda",
    "Vogel",
    "Weber",
    "Xu",
    "Yilmaz",
    "Zimmer",
    "Ångström",
    "Brandt",
    "Cohen",
    "Dubois",
    "Engel",
    "Ferrari",
    "Gruber",
    "Hansen",
    "Ivanova",
    "Jensen",
    "Keller",
    "Larsson",
    "Meyer",
    "Nielsen",
];

/// Accounts in contoso's environment.
pub(crate) const ACCOUNTS: usize = 1000;
/// Contacts in contoso's environment: two of each account.
pub(crate) const CONTACTS: usize = 2000;

/// The key of an account.
pub(crate) fn account_id(position: usize) -> Uuid {
    cast::id(&format!("account/{position}"))
}

/// An account; places and trades give a thousand different names.
pub(crate) fn account(position: usize, owner: Uuid) -> Value {
    let (place, trade) = (pick(&PLACES, position), pick(&TRADES, position / PLACES.len()));
    let slug = format!("{place}-{trade}").to_lowercase();
    json!({
        "accountid": account_id(position).to_string(),
        "name": format!("{place} {trade}"),
        "accountnumber": format!("AC-{:05}", position + 1),
        "emailaddress1": format!("office@{slug}.example"),
        "websiteurl": format!("https://{slug}.example"),
        "telephone1": format!("+1 555 {:04}", position % 10_000),
        "revenue": spread(position, 5_000) * 1_000,
        "creditlimit": spread(position, 90) * 500,
        "creditonhold": position.is_multiple_of(17),
        "numberofemployees": 3 + spread(position, 900),
        "accountcategorycode": 1 + position % 2,
        "address1_city": pick(&PLACES, position / 3),
        "ownerid@odata.bind": format!("/systemusers({owner})"),
    })
}

/// A contact of the account at half its position.
pub(crate) fn contact(position: usize, owner: Uuid) -> Value {
    let given_name = pick(&GIVEN_NAMES, position);
    let surname = pick(&SURNAMES, position / GIVEN_NAMES.len() + position);
    json!({
        "contactid": cast::id(&format!("contact/{position}")).to_string(),
        "firstname": given_name,
        "lastname": surname,
        "emailaddress1": format!("contact{}@{}", position + 1, "customers.example"),
        "telephone1": format!("+1 555 {:04}", (position * 7) % 10_000),
        "jobtitle": pick(&["Buyer", "Owner", "Engineer", "Accountant", "Director"], position),
        "birthdate": format!("{}-{:02}-{:02}", 1955 + position % 45, 1 + position % 12, 1 + position % 28),
        "parentcustomerid_account@odata.bind": format!("/accounts({})", account_id(position / 2)),
        "ownerid@odata.bind": format!("/systemusers({owner})"),
    })
}

fn pick<'a>(words: &[&'a str], position: usize) -> &'a str {
    words
        .iter()
        .cycle()
        .nth(position % words.len())
        .copied()
        .unwrap_or_default()
}

/// A number below `bound` that jumps about as the position grows.
fn spread(position: usize, bound: usize) -> usize {
    position.wrapping_mul(7919) % bound
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_account_has_its_own_name() {
        let names: HashSet<_> = (0..ACCOUNTS)
            .map(|it| account(it, Uuid::nil())["name"].to_string())
            .collect();
        assert_eq!(names.len(), ACCOUNTS);
    }

    #[test]
    fn a_row_is_a_function_of_its_position() {
        assert_eq!(account(17, Uuid::nil()), account(17, Uuid::nil()));
        assert_eq!(
            contact(1999, Uuid::nil())["parentcustomerid_account@odata.bind"],
            format!("/accounts({})", account_id(999))
        );
    }
}
