from django.urls import include, path

from annotator.api import (
    articles,
    corpora,
    entities,
    jobs,
    members,
    openapi,
    releases,
    schema,
    schema_moves,
    sweeps,
    transfer,
)

app_name = "api"

corpus = [
    path("", corpora.CorpusDetail.as_view(), name="corpus"),
    path("guidelines/", corpora.Guidelines.as_view(), name="guidelines"),
    path("progress/", corpora.CorpusProgress.as_view(), name="progress"),
    path("next/", corpora.NextArticle.as_view(), name="next-article"),
    path("members/", members.Members.as_view(), name="members"),
    path("members/<str:username>/", members.MemberDetail.as_view(), name="member"),
    path("invitations/", members.Invitations.as_view(), name="invitations"),
    path("invitations/<int:pk>/", members.InvitationDetail.as_view(), name="invitation"),
    path("entities/", entities.Entities.as_view(), name="entities"),
    path("entities/<int:pk>/", entities.EntityDetail.as_view(), name="entity"),
    path("entities/<int:pk>/quotes/", entities.EntityQuotes.as_view(), name="entity-quotes"),
    path("entities/<int:pk>/mentions/", entities.EntityMentions.as_view(), name="entity-mentions"),
    path("entities/<int:pk>/name/", entities.EntityName.as_view(), name="entity-name"),
    path("entities/<int:pk>/aliases/", entities.EntityAliases.as_view(), name="entity-aliases"),
    path("entities/<int:pk>/merger/", entities.EntityMerger.as_view(), name="entity-merger"),
    path("entities/<int:pk>/split/", entities.EntitySplit.as_view(), name="entity-split"),
    path("sweeps/", sweeps.Sweeps.as_view(), name="sweeps"),
    path("sweeps/<uuid:pk>/", sweeps.SweepDetail.as_view(), name="sweep"),
    path("sweeps/<uuid:pk>/reversal/", sweeps.SweepReversal.as_view(), name="sweep-reversal"),
    path("releases/", releases.Releases.as_view(), name="releases"),
    path("releases/preview/", releases.ReleasePreview.as_view(), name="release-preview"),
    path("releases/<int:number>/", releases.ReleaseDetail.as_view(), name="release"),
    path(
        "releases/<int:number>/archive/", releases.ReleaseArchive.as_view(), name="release-archive"
    ),
    path(
        "releases/<int:number>/changes/", releases.ReleaseChanges.as_view(), name="release-changes"
    ),
    path(
        "releases/<int:number>/files/<path:path>",
        releases.ReleaseFile.as_view(),
        name="release-file",
    ),
    path("articles/", corpora.Articles.as_view(), name="articles"),
    path("schema/", corpora.CorpusSchema.as_view(), name="schema"),
    path("schema/labels/<slug:key>/key/", schema_moves.LabelKey.as_view(), name="label-key"),
    path(
        "schema/labels/<slug:key>/merger/", schema_moves.LabelMerger.as_view(), name="label-merger"
    ),
    path("schema/labels/<slug:key>/split/", schema_moves.LabelSplit.as_view(), name="label-split"),
    path(
        "schema/labels/<slug:key>/attributes/<slug:attribute_key>/choices/",
        schema_moves.AttributeChoices.as_view(),
        name="attribute-choices",
    ),
    path("schema/labels/", schema.Labels.as_view(), name="label-new"),
    path("schema/labels/<slug:key>/", schema.LabelDetail.as_view(), name="label"),
    path("schema/labels/<slug:key>/place/", schema.LabelPlace.as_view(), name="label-place"),
    path(
        "schema/labels/<slug:key>/retirement/",
        schema.LabelRetirement.as_view(),
        name="label-retirement",
    ),
    path("schema/labels/<slug:key>/attributes/", schema.Attributes.as_view(), name="attribute-new"),
    path(
        "schema/labels/<slug:key>/attributes/<slug:attribute_key>/",
        schema.AttributeDetail.as_view(),
        name="attribute",
    ),
    path(
        "schema/labels/<slug:key>/attributes/<slug:attribute_key>/retirement/",
        schema.AttributeRetirement.as_view(),
        name="attribute-retirement",
    ),
    path("schema/links/", schema.Links.as_view(), name="relation-type-new"),
    path("schema/links/<slug:key>/", schema.LinkDetail.as_view(), name="relation-type"),
    path(
        "schema/links/<slug:key>/retirement/",
        schema.LinkRetirement.as_view(),
        name="relation-type-retirement",
    ),
    path("import/", transfer.Import.as_view(), name="import"),
    path("export/", transfer.ExportView.as_view(), name="export"),
    path("export/losses/", transfer.ExportLosses.as_view(), name="export-losses"),
]

urlpatterns = [
    path("schema/", openapi.OpenApi.as_view(), name="openapi"),
    path("corpora/", corpora.Corpora.as_view(), name="corpora"),
    path("corpora/<slug:slug>/", include(corpus)),
    path("jobs/", jobs.Jobs.as_view(), name="jobs"),
    path("jobs/<int:pk>/", jobs.JobDetail.as_view(), name="job"),
    path("jobs/<int:pk>/cancellation/", jobs.JobCancellation.as_view(), name="job-cancellation"),
    path("jobs/<int:pk>/confirmation/", jobs.JobConfirmation.as_view(), name="job-confirmation"),
    path("jobs/<int:pk>/mapping/", jobs.JobMapping.as_view(), name="job-mapping"),
    path("jobs/<int:pk>/file/", jobs.JobFile.as_view(), name="job-file"),
    path("jobs/<int:pk>/losses/", jobs.JobLosses.as_view(), name="job-losses"),
    path("articles/<int:pk>/", articles.ArticleDetail.as_view(), name="article"),
    path("articles/<int:pk>/reading/", articles.ReadingDetail.as_view(), name="reading"),
    path("articles/<int:pk>/edits/", articles.Edits.as_view(), name="edits"),
]
