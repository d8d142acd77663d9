from django.urls import include, path

from annotator.admin import site

urlpatterns = [
    path("", include("annotator.www.urls")),
    path("api/v1/", include("annotator.api.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", site.urls),
]

handler400 = "annotator.www.errors.bad_request"
handler403 = "annotator.www.errors.permission_denied"
handler404 = "annotator.www.errors.page_not_found"
handler500 = "annotator.www.errors.server_error"
