pub mod catalog;
pub mod cli;
pub mod model;
pub mod net;
pub mod oauth;
pub mod ops;
pub mod provider;
pub mod store;
