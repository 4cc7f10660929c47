//! The permissions of Microsoft Graph that the directory API knows, with the ids of the real cloud.
//!
//! In: nothing. Out: two tables. Invariant: an id is never given a second meaning.

use uuid::Uuid;

use crate::registration::{DelegatedScope, ScopeKind};

/// A delegated permission.
pub(crate) struct Scope {
    /// Its id.
    id: u128,
    /// The word in `scp`.
    value: &'static str,
    /// Who may consent.
    kind: ScopeKind,
    /// What it allows, said to the one who consents.
    description: &'static str,
}

/// A permission of applications by themselves.
pub(crate) struct Role {
    /// Its id.
    pub(crate) id: u128,
    /// The word in `roles`.
    pub(crate) value: &'static str,
    /// What it allows.
    pub(crate) description: &'static str,
}

const fn scope(id: u128, value: &'static str, kind: ScopeKind, description: &'static str) -> Scope {
    Scope {
        id,
        value,
        kind,
        description,
    }
}

const fn role(id: u128, value: &'static str, description: &'static str) -> Role {
    Role { id, value, description }
}

/// Delegated permissions.
#[rustfmt::skip] // one line per permission: this is read as a table
pub(crate) const SCOPES: &[Scope] = &[
    scope(0x37f7f235_527c_4136_accd_4a02d197296e, "openid", ScopeKind::User, "Sign you in"),
    scope(0x14dad69e_099b_42c9_810b_d002981feec1, "profile", ScopeKind::User, "See your name and user name"),
    scope(0x64a6cdd6_aab1_4aaf_94b8_3cc8405e90d0, "email", ScopeKind::User, "See your mail address"),
    scope(0x7427e0e9_2fba_42fe_b0c0_848c9e6a8182, "offline_access", ScopeKind::User, "Keep the access that you have given it while you are away"),
    scope(0xe1fe6dd8_ba31_4d61_89e7_88639da4683d, "User.Read", ScopeKind::User, "Sign you in and read your profile"),
    scope(0xb340eb25_3456_403f_be2f_af7a0d370277, "User.ReadBasic.All", ScopeKind::User, "Read the names and user names of everybody in the organization"),
    scope(0xa154be20_db9c_4678_8ab7_66f6cc099a59, "User.Read.All", ScopeKind::Admin, "Read the full profiles of everybody in the organization"),
    scope(0x204e0828_b5ca_4ad8_b9f3_f32a958e7cc4, "User.ReadWrite.All", ScopeKind::Admin, "Read and change the profiles of everybody in the organization"),
    scope(0xaec28ec7_4d02_4e8c_b864_50163aea77eb, "UserAuthenticationMethod.Read.All", ScopeKind::Admin, "Read what everybody in the organization signs in with"),
    scope(0xb7887744_6746_4312_813d_72daeaee7e2d, "UserAuthenticationMethod.ReadWrite.All", ScopeKind::Admin, "Read and remove what everybody in the organization signs in with"),
    scope(0xbc024368_1153_4739_b217_4326f2e966d0, "GroupMember.Read.All", ScopeKind::Admin, "Read groups and who is in them"),
    scope(0x5f8c59db_677d_491f_a6b8_5f174b11ec1d, "Group.Read.All", ScopeKind::Admin, "Read groups and their properties"),
    scope(0x4e46008b_f24c_477d_8fff_7bb4ec7aafe0, "Group.ReadWrite.All", ScopeKind::Admin, "Read, make and change groups"),
    scope(0xc79f8feb_a9db_4090_85f9_90d820caa0eb, "Application.Read.All", ScopeKind::Admin, "Read applications and service principals"),
    scope(0xbdfbf15f_ee85_4955_8675_146e8e5296b5, "Application.ReadWrite.All", ScopeKind::Admin, "Read, make and change applications and service principals"),
    scope(0x06da0dbc_49e2_44d2_8312_53f166ab848a, "Directory.Read.All", ScopeKind::Admin, "Read everything in the directory"),
    scope(0xc5366453_9fb0_48a5_a156_24f0c49a4b84, "Directory.ReadWrite.All", ScopeKind::Admin, "Read and change everything in the directory"),
    scope(0x0e263e50_5827_48a4_b97c_d940288653c7, "Directory.AccessAsUser.All", ScopeKind::Admin, "Use the directory with your rights"),
    scope(0xe4c9e354_4dc5_45b8_9e7c_e1393b0b1a20, "AuditLog.Read.All", ScopeKind::Admin, "Read the logs of sign-ins and of changes of the directory"),
    scope(0x84bccea3_f856_4a8a_967b_dbe0a3d53a64, "AppRoleAssignment.ReadWrite.All", ScopeKind::Admin, "Give and take the roles of applications"),
    scope(0x41ce6ca6_6826_4807_84f1_1c82854f7ee5, "DelegatedPermissionGrant.ReadWrite.All", ScopeKind::Admin, "Give and withdraw consent for everybody"),
];

/// Permissions of applications by themselves.
#[rustfmt::skip] // as above
pub(crate) const ROLES: &[Role] = &[
    role(0x1bfefb4e_e0b5_418b_a88f_73c46d2cc8e9, "Application.ReadWrite.All", "Read, make and change applications and service principals"),
    role(0x18a4783c_866b_4cc7_a460_3d5e5662c884, "Application.ReadWrite.OwnedBy", "Make applications, and change those that it made"),
    role(0x9a5d68dd_52b0_4cc2_bd40_abcf44ac3a30, "Application.Read.All", "Read applications and service principals"),
    role(0x7ab1d382_f21e_4acd_a863_ba3e13f7da61, "Directory.Read.All", "Read everything in the directory"),
    role(0x19dbc75e_c2e2_444c_a770_ec69d8559fc7, "Directory.ReadWrite.All", "Read and change everything in the directory"),
    role(0xdf021288_bdef_4463_88db_98f22de89214, "User.Read.All", "Read the profiles of everybody in the organization"),
    role(0x741f803b_c850_494e_b5df_cde7c675a1ca, "User.ReadWrite.All", "Read and change the profiles of everybody in the organization"),
    role(0x38d9df27_64da_44fd_b7c5_a6fbac20248f, "UserAuthenticationMethod.Read.All", "Read what everybody in the organization signs in with"),
    role(0x50483e42_d915_4231_9639_7fdb7fd190e5, "UserAuthenticationMethod.ReadWrite.All", "Read and remove what everybody in the organization signs in with"),
    role(0x98830695_27a2_44f7_8c18_0c3ebc9698f6, "GroupMember.Read.All", "Read groups and who is in them"),
    role(0xdbaae8cf_10b5_4b86_a4a1_f871c94c6695, "GroupMember.ReadWrite.All", "Change who is in which group"),
    role(0x5b567255_7703_4780_807c_7be8301ae99b, "Group.Read.All", "Read groups and their properties"),
    role(0x62a82d76_70ea_41e2_9197_370581804d09, "Group.ReadWrite.All", "Read, make and change groups"),
    role(0xb0afded3_3588_46d8_8b3d_9842eff778da, "AuditLog.Read.All", "Read the logs of sign-ins and of changes of the directory"),
    role(0x06b708a9_e830_4db3_a914_8e69da51d44f, "AppRoleAssignment.ReadWrite.All", "Give and take the roles of applications"),
    role(0x8e8e4742_1d95_4f68_9d56_6ee75648c72a, "DelegatedPermissionGrant.ReadWrite.All", "Give and withdraw consent for everybody"),
    role(0x498476ce_e0fe_48b0_b801_37ba7e2685c6, "Organization.Read.All", "Read what is known of the organization"),
    role(0xdbb9058a_0e50_45d7_ae91_66909b5d4664, "Domain.Read.All", "Read the organization's domains"),
];

impl Scope {
    /// The permission as an application offers it.
    pub(crate) fn delegated(&self) -> DelegatedScope {
        // What it does comes first; its name is for those who know it by that.
        let technical = format!("The permission {} of Microsoft Graph.", self.value);
        DelegatedScope {
            id: Uuid::from_u128(self.id),
            value: self.value.to_owned(),
            kind: self.kind,
            is_enabled: true,
            admin_consent_display_name: self.description.to_owned(),
            admin_consent_description: technical.clone(),
            user_consent_display_name: Some(self.description.to_owned()),
            user_consent_description: Some(technical),
        }
    }
}
