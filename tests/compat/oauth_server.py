"""A FastAPI server with huggingface_hub's OAuth helpers, and one visitor who lets it in at the hub."""

import json
import os
import sys
from urllib.parse import urljoin

os.environ.update(
    SPACE_ID="admin/space",
    OAUTH_CLIENT_ID=sys.argv[1],
    OAUTH_CLIENT_SECRET=sys.argv[2],
    OAUTH_SCOPES="openid profile",
    OPENID_PROVIDER_URL=os.environ["HF_ENDPOINT"],
)

import httpx  # noqa: E402
from fastapi import FastAPI, Request  # noqa: E402
from fastapi.testclient import TestClient  # noqa: E402
from huggingface_hub import attach_huggingface_oauth, parse_huggingface_oauth, whoami  # noqa: E402

app = FastAPI()
attach_huggingface_oauth(app)


@app.get("/")
def greet(request: Request):
    info = parse_huggingface_oauth(request)
    if info is None:
        return {"name": None}
    return {
        "name": info.user_info.preferred_username,
        "scope": info.scope,
        "whoami": whoami(token=info.access_token)["name"],
        "orgs": info.user_info.orgs,
    }


# As a browser asks: for pages, and saying where its forms come from.
as_browser = {"origin": os.environ["HF_ENDPOINT"], "accept": "text/html"}
hub = httpx.Client(base_url=os.environ["HF_ENDPOINT"], headers=as_browser)
hub.post("/login", data={"token": os.environ["HF_TOKEN"]})
visitor = TestClient(app, base_url="https://space.example.org", follow_redirects=False)
assert visitor.get("/").json() == {"name": None}
asked = visitor.get("/oauth/huggingface/login").headers["location"]
allowed = hub.post(asked, data={"answer": "allow"})
assert allowed.status_code == 303, (asked, allowed.text)
back = allowed.headers["location"]
landed = visitor.get(back)
assert landed.status_code == 307, landed.text
print(json.dumps(visitor.get(urljoin(back, landed.headers["location"])).json()))
