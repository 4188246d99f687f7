"""Routes of the API and its own reading page."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from denghuo.api.errors import in_one_format
from denghuo.api.pages import index
from denghuo.api.v1 import api

_patterns, _app, _namespace = api.urls


def _in_one_format(pattern: URLPattern | URLResolver) -> URLPattern | URLResolver:
    if isinstance(pattern, URLPattern):
        pattern.callback = in_one_format(pattern.callback)
    return pattern


urlpatterns = [
    path("api/", index, name="api-index"),
    path(
        "api/v1/",
        ([_in_one_format(each) for each in _patterns], _app, _namespace),
    ),
]
