//! A model by hand, for a shop that is too young for one of its own.

use domain::Body;
use learn::logistic::{LinearColumn, LogisticModel};
use learn::{Model, ModelFile};
use plimsoll::session::Session;

/// Half a log-odd for one standard deviation of the first feature.
pub(crate) fn model() -> ModelFile {
    let names = engine::observe::names();
    let column = |place| LinearColumn { mean: 1.0, scale: 2.0, coefficient: if place == 0 { 0.5 } else { 0.0 } };
    let columns = (0..names.len()).map(column).collect();
    ModelFile::new(names, Model::Logistic(LogisticModel::new(-1.0, columns).unwrap())).unwrap()
}

/// Installs it as `plimsoll train` installs its champion; a second time changes nothing.
pub(crate) fn install(session: &mut Session) {
    let model = session.keep_model(&model()).unwrap();
    if session.store.read().installed_model().unwrap().is_some_and(|installed| installed.model == model) {
        return;
    }
    let now = session.working().latest().unwrap();
    let installed = Body::ModelInstalled { model, loss_given_event_bps: 4_000, base_rate_bps: 2_500 };
    session.tell(now, vec![installed, Body::Refresh]).unwrap();
}
