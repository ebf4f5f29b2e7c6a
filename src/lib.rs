pub mod catalog;
pub mod model;
pub mod net;
pub mod oauth;
pub mod store;
