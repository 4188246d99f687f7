from denghuo.ledger.public import *
from denghuo.platform.public import SYSTEM
from datetime import *
import pytest
@pytest.mark.django_db
def test_x():
    now=datetime(2026,7,1,tzinfo=UTC)
    open_account(actor=SYSTEM,code="fund:a",name="A",kind="fund",floor_fen=0,now=now)
    open_account(actor=SYSTEM,code="bank:a",name="B",kind="asset",now=now)
    e=post(actor=SYSTEM,key="k1",kind="grant",lines=[Line("bank:a",500),Line("fund:a",-500)],about="x.Y:1",on=now.date(),now=now)
    assert balance("fund:a").balance_fen==500
    assert post(actor=SYSTEM,key="k1",kind="grant",lines=[Line("fund:a",-500),Line("bank:a",500)],about="x.Y:1",on=now.date(),now=now).id==e.id
    with pytest.raises(BelowFloorError) as r:
        post(actor=SYSTEM,key="k2",kind="grant",lines=[Line("bank:a",-501),Line("fund:a",501)],about="x.Y:1",on=now.date(),now=now)
    print(r.value)
    r=reverse_entry(actor=SYSTEM,entry_id=e.id,key="r",reason="错",on=now.date(),now=now)
    assert balance("fund:a").balance_fen==0
    with pytest.raises(AlreadyReversedError):
        reverse_entry(actor=SYSTEM,entry_id=e.id,key="r2",reason="错",on=now.date(),now=now)
def test_y(in_threads):
    from functools import partial
    now=datetime(2026,7,1,tzinfo=UTC)
    open_account(actor=SYSTEM,code="fund:a",name="A",kind="fund",floor_fen=0,now=now)
    open_account(actor=SYSTEM,code="bank:a",name="B",kind="asset",now=now)
    e=post(actor=SYSTEM,key="k1",kind="grant",lines=[Line("bank:a",500),Line("fund:a",-500)],about="x.Y:1",on=now.date(),now=now)
    out=in_threads(*[partial(post,actor=SYSTEM,key=f"k2{i}",kind="grant",lines=[Line("bank:a",-500),Line("fund:a",500)],about="x.Y:1",on=now.date(),now=now) for i in range(4)])
    assert sum(isinstance(o,BelowFloorError) for o in out)==3,out
    assert balance("fund:a").balance_fen==0
def test_z(transactional_db):
    from denghuo.ledger.models import Entry
    assert Entry.objects.count()==0
