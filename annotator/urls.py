from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("annotator.www.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "annotator.www.errors.bad_request"
handler403 = "annotator.www.errors.permission_denied"
handler404 = "annotator.www.errors.page_not_found"
handler500 = "annotator.www.errors.server_error"
