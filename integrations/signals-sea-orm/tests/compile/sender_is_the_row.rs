mod user {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "user")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    #[signals_sea_orm::model]
    impl ActiveModelBehavior for ActiveModel {}
}

use signals_builtin::models::post_save;
use signals_core::receiver;

#[receiver(post_save, sender = user::Model)]
fn welcome() {}

fn main() {}
