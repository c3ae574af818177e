-- Pages of those who hold a role, and how many they are, come from an index alone.

drop index users_roles__role;
create index users_roles__role on users_roles (role_id, user_id);

drop index applications_roles__role;
create index applications_roles__role on applications_roles (role_id, application_id);

drop index organization_role_user_relations__role;
create index organization_role_user_relations__role
    on organization_role_user_relations (organization_role_id, organization_id, user_id);

drop index organization_role_application_relations__role;
create index organization_role_application_relations__role
    on organization_role_application_relations (organization_role_id, organization_id, application_id);
