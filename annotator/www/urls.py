from django.urls import include, path

from annotator.www import (
    account,
    corpora,
    guidelines,
    health,
    home,
    import_,
    invitations,
    members,
    schema,
    sign_in,
)

corpus = [
    path("", corpora.corpus, name="corpus"),
    path("progress/", corpora.corpus_progress, name="corpus-progress"),
    path("next/", corpora.next_to_read, name="next-article"),
    path("settings/", corpora.settings, name="corpus-settings"),
    path("import/", import_.import_, name="import"),
    path("guidelines/", guidelines.guidelines, name="guidelines"),
    path("guidelines/edit/", guidelines.edit, name="guidelines-edit"),
    path("guidelines/preview/", guidelines.preview, name="guidelines-preview"),
    path("members/", members.members, name="members"),
    path("members/<int:pk>/role/", members.member_role, name="member-role"),
    path("members/<int:pk>/removal/", members.member_removal, name="member-removal"),
    path("invitations/", members.invitations, name="corpus-invitations"),
    path(
        "invitations/<int:pk>/withdrawal/",
        members.invitation_withdrawal,
        name="invitation-withdrawal",
    ),
    path("schema/", schema.schema, name="schema"),
    path("schema/labels/", schema.new_label, name="label-new"),
    path("schema/labels/<slug:key>/", schema.label, name="label"),
    path("schema/labels/<slug:key>/place/", schema.label_place, name="label-place"),
    path("schema/labels/<slug:key>/retirement/", schema.label_retirement, name="label-retirement"),
    path("schema/labels/<slug:key>/attributes/", schema.new_attribute, name="attribute-new"),
    path(
        "schema/labels/<slug:key>/attributes/<slug:attribute_key>/",
        schema.attribute,
        name="attribute",
    ),
    path(
        "schema/labels/<slug:key>/attributes/<slug:attribute_key>/retirement/",
        schema.attribute_retirement,
        name="attribute-retirement",
    ),
    path("schema/links/", schema.new_relation_type, name="relation-type-new"),
    path("schema/links/<slug:key>/", schema.relation_type, name="relation-type"),
    path(
        "schema/links/<slug:key>/retirement/",
        schema.relation_type_retirement,
        name="relation-type-retirement",
    ),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("corpora/", home.new_corpus, name="corpus-new"),
    path("corpora/<slug:slug>/", include(corpus)),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("account/", account.account, name="account"),
    path("account/tokens/", account.tokens, name="tokens"),
    path(
        "account/tokens/<slug:digest>/revocation/",
        account.token_revocation,
        name="token-revocation",
    ),
    path("sign-in/<str:token>/", sign_in.sign_in_link, name="sign-in-link"),
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
