import json, os, pytest
from tests.project.demo.test_same_region import *
del test_the_same_seed_and_day_give_the_same_region
@pytest.mark.django_db
def test_d(data_dir):
    mark_as_demo(at=NOW)
    d=seeded_once(data_dir/"a",SEED)
    json.dump(d,open(os.environ["DIGOUT"],"w"),indent=1)
