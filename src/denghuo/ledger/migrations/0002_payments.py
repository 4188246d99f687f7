
import denghuo.platform.fields
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models

from denghuo.ledger.models.pay_laws import PayOrderLaws
from denghuo.platform.append_only import AppendOnlyTable


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0001_accounts_entries_holds'),
    ]

    operations = [
        migrations.CreateModel(
            name='BankFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('number', models.CharField(max_length=16, unique=True)),
                ('kind', models.CharField(choices=[('pay', '代发文件'), ('query', '查询文件')], max_length=6)),
                ('form', models.CharField(max_length=20)),
                ('fund', models.CharField(max_length=80)),
                ('area', models.CharField(blank=True, max_length=12)),
                ('day', models.DateField()),
                ('state', models.CharField(choices=[('drawing', '正在生成'), ('made', '待放行'), ('released', '已放行'), ('dropped', '已作废')], max_length=10)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('sum_fen', models.BigIntegerField(default=0)),
                ('sha256', models.CharField(blank=True, default='', max_length=64)),
                ('made_by', models.CharField(max_length=60)),
                ('made_name', models.CharField(blank=True, max_length=60)),
                ('ended_by', models.CharField(blank=True, default='', max_length=60)),
                ('ended_name', models.CharField(blank=True, default='', max_length=60)),
                ('ended_at', models.DateTimeField(null=True)),
                ('settle_on', models.DateField(null=True)),
                ('answer_by', models.DateField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['area', 'created_at'], name='bank_file_by_area')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'released'), _negated=True), ('kind', 'query'), models.Q(models.Q(('ended_by', ''), _negated=True), models.Q(('ended_by', models.F('made_by')), _negated=True)), _connector='OR'), name='bank_file_two_persons'), models.CheckConstraint(condition=models.Q(('state__in', ['drawing', 'dropped']), models.Q(('sha256', ''), _negated=True), _connector='OR'), name='bank_file_has_digest'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'released'), _negated=True), ('kind', 'query'), models.Q(('answer_by__isnull', False), ('settle_on__isnull', False)), _connector='OR'), name='bank_file_has_days')],
            },
        ),
        migrations.CreateModel(
            name='PayOrder',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('key', models.CharField(max_length=120, unique=True)),
                ('reference', models.CharField(max_length=16, unique=True)),
                ('digest', models.BinaryField(max_length=32)),
                ('about', models.CharField(max_length=120)),
                ('payee', models.CharField(max_length=50)),
                ('payee_name', models.CharField(max_length=120)),
                ('account_name', models.CharField(max_length=120)),
                ('account_no', denghuo.platform.fields.SealedTextField()),
                ('account_tail', models.CharField(max_length=4)),
                ('bank', models.CharField(max_length=80)),
                ('amount_fen', models.BigIntegerField()),
                ('fund', models.CharField(max_length=80)),
                ('area', models.CharField(blank=True, max_length=12)),
                ('purpose', models.CharField(max_length=60)),
                ('state', models.CharField(choices=[('ordered', '待发'), ('in_file', '已进文件，待放行'), ('sent', '已发银行'), ('unknown', '银行没有答复'), ('paid', '已到账'), ('returned', '被退回'), ('reissued', '退回后已重开'), ('given_up', '退回后不再付'), ('cancelled', '已撤销')], default='ordered', max_length=10)),
                ('reason', models.CharField(blank=True, choices=[('wrong_name', '户名不符'), ('closed_account', '账户已销户'), ('frozen_account', '账户被冻结'), ('no_such_account', '账号不存在'), ('bank_refused', '银行拒收')], default='', max_length=20)),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('made_by', models.CharField(max_length=60)),
                ('settled_on', models.DateField(null=True)),
                ('changed_at', models.DateTimeField()),
                ('entry', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.entry')),
                ('file', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.bankfile')),
                ('reissue_of', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.payorder')),
            ],
        ),
        migrations.CreateModel(
            name='BankQueryRow',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.bankfile')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.payorder')),
            ],
        ),
        migrations.CreateModel(
            name='ReturnFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('form', models.CharField(max_length=20)),
                ('area', models.CharField(blank=True, max_length=12)),
                ('day', models.DateField()),
                ('rows', models.PositiveIntegerField()),
                ('rows_done', models.PositiveIntegerField(default=0)),
                ('sum_fen', models.BigIntegerField()),
                ('conflicting', models.JSONField(default=list)),
                ('counts', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('waiting', '正在读入'), ('read', '已读完')], default='waiting', max_length=10)),
                ('received_by', models.CharField(max_length=60)),
                ('received_name', models.CharField(blank=True, max_length=60)),
                ('read_at', models.DateTimeField(null=True)),
                ('answers', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.bankfile')),
            ],
        ),
        migrations.CreateModel(
            name='BankAnswer',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('line_no', models.PositiveIntegerField()),
                ('reference', models.CharField(blank=True, max_length=32)),
                ('amount_fen', models.BigIntegerField(null=True)),
                ('code', models.CharField(blank=True, max_length=8)),
                ('message', models.CharField(blank=True, max_length=80)),
                ('outcome', models.CharField(choices=[('paid', '已到账'), ('returned', '退回'), ('processing', '银行还在处理'), ('repeated', '重复行，没有再记账'), ('contradicts', '和银行以前的答复相反'), ('amount_differs', '金额和我们发的不一样'), ('unknown_order', '没有这个付款单号'), ('other_file', '这笔不在所答复的文件里'), ('not_sent', '这笔还没有发给银行'), ('unknown_code', '不认得的结果代码'), ('unreadable', '这一行读不出来')], max_length=16)),
                ('reason', models.CharField(blank=True, default='', max_length=20)),
                ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.payorder')),
                ('return_file', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.returnfile')),
            ],
        ),
        migrations.CreateModel(
            name='ReturnFilePart',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('n', models.PositiveIntegerField()),
                ('content', denghuo.platform.fields.SealedTextField()),
                ('return_file', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.returnfile')),
            ],
        ),
        migrations.AddIndex(
            model_name='payorder',
            index=models.Index(fields=['about'], name='pay_order_by_about'),
        ),
        migrations.AddIndex(
            model_name='payorder',
            index=models.Index(fields=['payee'], name='pay_order_by_payee'),
        ),
        migrations.AddIndex(
            model_name='payorder',
            index=models.Index(fields=['file', 'reference'], name='pay_order_in_file'),
        ),
        migrations.AddIndex(
            model_name='payorder',
            index=models.Index(fields=['fund', 'state'], name='pay_order_by_fund'),
        ),
        migrations.AddIndex(
            model_name='payorder',
            index=models.Index(fields=['state', 'area', 'created_at'], name='pay_order_by_state'),
        ),
        migrations.AddConstraint(
            model_name='payorder',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen__range', (1, 100000000000000))), name='pay_order_amount'),
        ),
        migrations.AddConstraint(
            model_name='payorder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('file__isnull', True), ('state__in', ['ordered', 'cancelled'])), models.Q(models.Q(('state__in', ['ordered', 'cancelled']), _negated=True), ('file__isnull', False)), _connector='OR'), name='pay_order_file_by_state'),
        ),
        migrations.AddConstraint(
            model_name='payorder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['given_up', 'reissued', 'returned']), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('state__in', ['given_up', 'reissued', 'returned']), _negated=True), ('reason', '')), _connector='OR'), name='pay_order_reason_by_state'),
        ),
        migrations.AddConstraint(
            model_name='payorder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_on__isnull', False), ('state__in', ['given_up', 'paid', 'reissued', 'returned'])), models.Q(models.Q(('state__in', ['given_up', 'paid', 'reissued', 'returned']), _negated=True), ('settled_on__isnull', True)), _connector='OR'), name='pay_order_day_by_state'),
        ),
        migrations.AddConstraint(
            model_name='bankqueryrow',
            constraint=models.UniqueConstraint(fields=('file', 'order'), name='bank_query_row_once'),
        ),
        migrations.AddIndex(
            model_name='returnfile',
            index=models.Index(fields=['area', 'created_at'], name='return_file_by_area'),
        ),
        migrations.AddConstraint(
            model_name='returnfile',
            constraint=models.CheckConstraint(condition=models.Q(('rows_done__lte', models.F('rows')), models.Q(models.Q(('read_at__isnull', True), ('state', 'waiting')), models.Q(('rows_done', models.F('rows')), ('state', 'read')), _connector='OR')), name='return_file_progress'),
        ),
        migrations.AddIndex(
            model_name='bankanswer',
            index=models.Index(fields=['return_file', 'outcome', 'line_no'], name='bank_answer_by_outcome'),
        ),
        migrations.AddConstraint(
            model_name='bankanswer',
            constraint=models.UniqueConstraint(fields=('return_file', 'line_no'), name='bank_answer_once'),
        ),
        migrations.AddConstraint(
            model_name='bankanswer',
            constraint=models.UniqueConstraint(condition=models.Q(('outcome__in', ['paid', 'returned'])), fields=('order',), name='bank_answer_settles_once'),
        ),
        migrations.AddConstraint(
            model_name='bankanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['paid', 'returned']), _negated=True), ('order__isnull', False), _connector='OR'), name='bank_answer_settles_an_order'),
        ),
        migrations.AddConstraint(
            model_name='returnfilepart',
            constraint=models.UniqueConstraint(fields=('return_file', 'n'), name='return_file_part_once'),
        ),
        AppendOnlyTable("ledger_bankanswer"),
        PayOrderLaws(),
    ]
