//! What a model file holds of an ensemble, before it is checked.
//!
//! Members stand as bytes of their own, so that a file can't nest ensembles without end: a member whose bytes begin
//! like an ensemble is refused before it is read.

use serde::{Deserialize, Serialize};

use super::{EnsembleModel, Rule};
use crate::model::{Model, ModelError};

/// How the bytes of an ensemble begin: the place of its variant in `Model`.
pub(super) const ENSEMBLE_TAG: u8 = 9;

#[derive(Serialize, Deserialize)]
pub(super) struct StoredEnsemble {
    members: Vec<Vec<u8>>,
    rule: Rule,
}

impl TryFrom<StoredEnsemble> for EnsembleModel {
    type Error = ModelError;

    fn try_from(stored: StoredEnsemble) -> Result<Self, ModelError> {
        let members = stored.members.iter().map(|bytes| member(bytes)).collect::<Result<_, _>>()?;
        Self::new(members, stored.rule)
    }
}

fn member(bytes: &[u8]) -> Result<Model, ModelError> {
    if bytes.first() == Some(&ENSEMBLE_TAG) {
        return Err(ModelError::EnsembleNested);
    }
    postcard::from_bytes(bytes).map_err(|_| ModelError::MemberUnreadable)
}

impl From<EnsembleModel> for StoredEnsemble {
    fn from(model: EnsembleModel) -> Self {
        // No model of this crate is unwritable; if one were, its empty bytes would be refused when read.
        let bytes = |member: &Model| postcard::to_allocvec(member).unwrap_or_default();
        Self { members: model.members.iter().map(bytes).collect(), rule: model.rule }
    }
}
