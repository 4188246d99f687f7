"""Routes of the API and its own reading page."""

from django.urls import path

from denghuo.api.pages import index
from denghuo.api.v1 import api

urlpatterns = [
    path("api/", index, name="api-index"),
    path("api/v1/", api.urls),
]
