# Applications for posts, what was done to each, whom a firm asked to apply.

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import denghuo.platform.fields
from denghuo.platform.append_only import AppendOnlyTable


class Migration(migrations.Migration):
    dependencies = [
        ("employment", "0001_sources_and_posts"),
        ("people", "0005_total_order"),
    ]

    operations = [
        migrations.CreateModel(
            name="Application",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sent", "已投递"),
                            ("seen", "单位看过了"),
                            ("interview", "约了面试"),
                            ("offered", "单位想录用您"),
                            ("hired", "已录用"),
                            ("refused", "没有录用"),
                            ("withdrawn", "已撤回"),
                            ("obsolete", "已在别处上岗"),
                        ],
                        default="sent",
                        max_length=9,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "channel",
                    models.CharField(
                        choices=[("self", "本人"), ("assisted", "代办")],
                        default="self",
                        max_length=8,
                    ),
                ),
                ("shared", denghuo.platform.fields.SealedTextField(null=True)),
                ("parts", models.JSONField(default=list)),
                ("reason", models.CharField(blank=True, max_length=30)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("meet_at", models.DateTimeField(null=True)),
                ("meet_place", models.CharField(blank=True, max_length=120)),
                ("offer_until", models.DateTimeField(null=True)),
                ("start_on", models.DateField(null=True)),
                ("changed_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "firm",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.firm",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="employment.post",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ApplicationEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.PositiveIntegerField()),
                ("move", models.CharField(max_length=10)),
                ("by", models.CharField(max_length=60)),
                ("by_name", models.CharField(blank=True, max_length=120)),
                ("at", models.DateTimeField()),
                (
                    "from_state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sent", "已投递"),
                            ("seen", "单位看过了"),
                            ("interview", "约了面试"),
                            ("offered", "单位想录用您"),
                            ("hired", "已录用"),
                            ("refused", "没有录用"),
                            ("withdrawn", "已撤回"),
                            ("obsolete", "已在别处上岗"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("sent", "已投递"),
                            ("seen", "单位看过了"),
                            ("interview", "约了面试"),
                            ("offered", "单位想录用您"),
                            ("hired", "已录用"),
                            ("refused", "没有录用"),
                            ("withdrawn", "已撤回"),
                            ("obsolete", "已在别处上岗"),
                        ],
                        max_length=9,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=30)),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "application",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="employment.application",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="PostInvite",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("by", models.CharField(max_length=60)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="employment.post",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["post", "state"], name="application_of_post"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["person", "-created_at"], name="application_of_person"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["firm", "state", "-created_at"], name="application_of_firm"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=models.Q(("state", "offered")),
                fields=["offer_until"],
                name="application_to_lapse",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["interview", "offered", "seen", "sent"])),
                fields=("post", "person"),
                name="application_live_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="application_refused_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["refused", "withdrawn", "obsolete"]), _negated=True),
                    ("shared__isnull", True),
                    _connector="OR",
                ),
                name="application_over_shows_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_at__isnull", True),
                        ("state__in", ["interview", "offered", "seen", "sent"]),
                    ),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("state__in", ["hired", "obsolete", "refused", "withdrawn"]),
                    ),
                    _connector="OR",
                ),
                name="application_ended_when_over",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "offered"), _negated=True),
                    ("offer_until__isnull", False),
                    _connector="OR",
                ),
                name="application_offer_has_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "interview"), _negated=True),
                    ("meet_at__isnull", False),
                    _connector="OR",
                ),
                name="application_interview_has_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="applicationevent",
            constraint=models.UniqueConstraint(
                fields=("application", "seq"), name="application_event_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="postinvite",
            constraint=models.UniqueConstraint(fields=("post", "person"), name="post_invite_once"),
        ),
        AppendOnlyTable("employment_applicationevent"),
    ]
