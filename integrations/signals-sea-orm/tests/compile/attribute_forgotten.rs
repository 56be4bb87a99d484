mod user {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "user")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use sea_orm::EntityTrait;
use signals_sea_orm::DeleteEach;

async fn forget_all(db: &signals_sea_orm::Db) -> Result<u64, sea_orm::DbErr> {
    user::Entity::find().delete_each(db).await
}

fn main() {}
