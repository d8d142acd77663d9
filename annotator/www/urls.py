from django.urls import path

from annotator.www import sign_in

urlpatterns = [
    path("sign-in/<str:token>/", sign_in.sign_in_link, name="sign-in-link"),
]
