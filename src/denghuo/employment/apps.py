"""The employment room as a Django app."""

from django.apps import AppConfig


class EmploymentConfig(AppConfig):
    name = "denghuo.employment"
    label = "employment"
    verbose_name = "就业"

    def ready(self) -> None:
        """Put up the shelf of posts."""
        from denghuo.employment.queries.post_shelf import put_up_posts  # noqa: PLC0415

        put_up_posts()
