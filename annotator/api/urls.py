from django.urls import path

from annotator.api import articles, corpora, jobs, openapi, transfer

app_name = "api"

urlpatterns = [
    path("schema/", openapi.OpenApi.as_view(), name="openapi"),
    path("corpora/", corpora.Corpora.as_view(), name="corpora"),
    path("corpora/<slug:slug>/", corpora.CorpusDetail.as_view(), name="corpus"),
    path("corpora/<slug:slug>/articles/", corpora.Articles.as_view(), name="articles"),
    path("corpora/<slug:slug>/schema/", corpora.CorpusSchema.as_view(), name="schema"),
    path("corpora/<slug:slug>/import/", transfer.Import.as_view(), name="import"),
    path("corpora/<slug:slug>/export/", transfer.ExportView.as_view(), name="export"),
    path(
        "corpora/<slug:slug>/export/losses/",
        transfer.ExportLosses.as_view(),
        name="export-losses",
    ),
    path("jobs/", jobs.Jobs.as_view(), name="jobs"),
    path("jobs/<int:pk>/", jobs.JobDetail.as_view(), name="job"),
    path("jobs/<int:pk>/cancellation/", jobs.JobCancellation.as_view(), name="job-cancellation"),
    path("jobs/<int:pk>/confirmation/", jobs.JobConfirmation.as_view(), name="job-confirmation"),
    path("jobs/<int:pk>/file/", jobs.JobFile.as_view(), name="job-file"),
    path("articles/<int:pk>/", articles.ArticleDetail.as_view(), name="article"),
    path("articles/<int:pk>/reading/", articles.ReadingDetail.as_view(), name="reading"),
    path("articles/<int:pk>/edits/", articles.Edits.as_view(), name="edits"),
]
