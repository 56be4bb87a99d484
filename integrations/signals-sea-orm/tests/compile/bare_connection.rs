//! 5 errors: three calls; of an async function rustc says it thrice.
mod user {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "user")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub friend_id: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(belongs_to = "Entity", from = "Column::FriendId", to = "Column::Id")]
        Friend,
    }

    impl Related<Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Friend.def()
        }
    }

    #[signals_sea_orm::model]
    impl ActiveModelBehavior for ActiveModel {}
}

use sea_orm::{DatabaseConnection, DbErr, EntityTrait};
use signals_sea_orm::{DeleteEach, delete, m2m};

async fn forget(user: user::Model, db: &DatabaseConnection) -> Result<(), DbErr> {
    m2m(&user, user::Entity, user::Entity, db);
    delete(user, db).await?;
    user::Entity::find().delete_each(db).await?;
    Ok(())
}

fn main() {}
