"""Automation of the directory API, in Microsoft Graph's shape: applications, roles, people, logs; refusals first."""

import time

import requests

from directory import Directory
from world import CONTOSO, GRAPH, URL, ask, assert_refused, claims, client_id, confidential

UNKNOWN = "00000000-0000-4000-8000-000000000001"


def assert_error(answer, status, code):
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["code"] == code, answer.text
    assert answer.json()["error"]["innerError"]["request-id"]


def test_no_token():
    answer = requests.get(f"{URL}/v1.0/applications", timeout=30)
    assert_error(answer, 401, "InvalidAuthenticationToken")
    assert "authorization_uri=" in answer.headers["WWW-Authenticate"]


def test_an_application_without_the_right():
    reader = Directory(CONTOSO, "READER")
    assert_error(reader.ask("GET", "/applications"), 403, "Authorization_RequestDenied")
    assert_error(reader.ask("POST", "/applications", {"displayName": "X"}), 403, "Authorization_RequestDenied")


def test_a_token_for_the_data_service(directory):
    token = Directory(CONTOSO, "READER")._credential.get_token(CONTOSO.everything[0]).token
    bearer = {"Authorization": f"Bearer {token}"}
    answer = requests.get(f"{URL}/v1.0/applications", headers=bearer, timeout=30)
    assert_error(answer, 401, "InvalidAuthenticationToken")


def test_an_object_that_is_not_there(directory):
    assert_error(directory.ask("GET", f"/applications/{UNKNOWN}"), 404, "Request_ResourceNotFound")
    found = directory.call("GET", f"/applications?$filter=appId eq '{UNKNOWN}'")
    assert found["value"] == []


def test_what_is_not_built_says_so(directory):
    assert directory.ask("GET", "/planner/tasks").status_code == 400


def test_an_application_without_a_name(directory):
    assert_error(directory.ask("POST", "/applications", {}), 400, "Request_BadRequest")


def test_a_second_service_principal(directory, register):
    made = register("Twice")
    answer = directory.ask("POST", "/servicePrincipals", {"appId": made.app_id})
    assert_error(answer, 409, "Request_MultipleObjectsWithSameKeyValue")


def test_another_tenants_application(register, fabrikam_directory):
    made = register("Contoso's own")
    assert_error(fabrikam_directory.ask("GET", f"/applications/{made.id}"), 404, "Request_ResourceNotFound")
    answer = fabrikam_directory.ask("POST", f"/applications/{made.id}/addPassword", {})
    assert_error(answer, 404, "Request_ResourceNotFound")
    assert not fabrikam_directory.ask("POST", "/servicePrincipals", {"appId": made.app_id}).ok


def test_an_application_is_found_by_its_client_id(directory, register):
    made = register("Found", tags=["conformance"])
    by_key = directory.call("GET", f"/applications(appId='{made.app_id}')?$select=id,appId,displayName")
    assert by_key["id"] == made.id and by_key["displayName"] == "Found"
    assert by_key["@odata.context"].startswith(f"{URL}/v1.0/$metadata#applications")
    found = directory.call("GET", "/applications?$filter=startswith(displayName,'Foun')&$top=5")
    assert made.app_id in [one["appId"] for one in found["value"]]


def test_search_is_given_to_who_takes_answers_that_may_be_old(directory):
    assert_error(directory.ask("GET", '/applications?$search="displayName:harbour"'), 400, "Request_UnsupportedQuery")
    answer = directory.ask("GET", '/applications?$search="harbour"', ConsistencyLevel="eventual")
    assert_error(answer, 400, "Request_UnsupportedQuery")


def test_applications_are_searched_by_words_of_their_name(directory, register):
    made = register("Harbour pilots of Esbjerg")
    register("Harbour masters")

    def search(words):
        answer = directory.ask("GET", f"/applications?$search={words}&$count=true", ConsistencyLevel="eventual")
        assert answer.ok, answer.text
        assert answer.json()["@odata.count"] == len(answer.json()["value"])
        return [one["appId"] for one in answer.json()["value"]]

    assert search('"displayName:esbjerg"') == [made.app_id]
    assert search('"displayName:harbour" AND "displayName:pilots"') == [made.app_id]
    assert len(search('"displayName:harbour"')) == 2
    assert search('"displayName:sbjerg"') == []


def test_owners_come_with_the_application(directory, register):
    made = register("Owned")
    path = f"/applications/{made.id}?$select=id&$expand=owners($select=id,displayName)"
    [owner] = directory.call("GET", path)["owners"]
    assert owner["@odata.type"] == "#microsoft.graph.servicePrincipal"
    assert owner["id"] == directory.principal_of(client_id("AUTOMATION"))
    assert_error(directory.ask("GET", "/applications?$expand=planner"), 400, "Request_UnsupportedQuery")


def test_one_of_several_values(directory, register):
    made = [register(f"One of {number}").app_id for number in range(2)]
    listed = ",".join(f"'{one}'" for one in [*made, UNKNOWN])
    found = directory.call("GET", f"/servicePrincipals?$filter=appId in ({listed})")
    assert sorted(one["appId"] for one in found["value"]) == sorted(made)


def test_a_secret_is_shown_once_and_works_at_once(directory, register):
    made = register("Rotated")
    asked = {"passwordCredential": {"displayName": "first"}}
    secret = directory.call("POST", f"/applications/{made.id}/addPassword", asked)
    assert 16 <= len(secret["secretText"]) <= 64 and secret["secretText"].startswith(secret["hint"])
    [listed] = directory.call("GET", f"/applications/{made.id}")["passwordCredentials"]
    assert listed["keyId"] == secret["keyId"] and not listed.get("secretText")

    answer = confidential(made.app_id, secret["secretText"]).acquire_token_for_client(CONTOSO.everything)
    assert "access_token" in answer, answer
    # No application user in the environment: known to the tenant, and nobody there.
    assert ask(CONTOSO.environment, "WhoAmI", answer["access_token"]).status_code == 403

    directory.call("POST", f"/applications/{made.id}/removePassword", {"keyId": secret["keyId"]})
    answer = confidential(made.app_id, secret["secretText"]).acquire_token_for_client(CONTOSO.everything)
    assert_refused(answer, "invalid_client", 7000215)


def test_a_disabled_service_principal(directory, register):
    made = register("Disabled")
    secret = directory.add_secret(made)
    token = confidential(made.app_id, secret).acquire_token_for_client(CONTOSO.everything)["access_token"]

    directory.call("PATCH", f"/servicePrincipals/{made.principal}", {"accountEnabled": False})
    answer = confidential(made.app_id, secret).acquire_token_for_client(CONTOSO.everything)
    assert_refused(answer, "unauthorized_client", 7000112)
    assert ask(CONTOSO.environment, "WhoAmI", token).status_code == 401

    directory.call("PATCH", f"/servicePrincipals/{made.principal}", {"accountEnabled": True})
    answer = confidential(made.app_id, secret).acquire_token_for_client(CONTOSO.everything)
    assert "access_token" in answer, answer


def test_an_app_role_is_assigned_and_stands_in_the_token(directory, register):
    made = register("Reads the directory")
    secret = directory.add_secret(made)
    graph = directory.call("GET", "/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')")
    [role] = [one for one in graph["appRoles"] if one["value"] == "Application.Read.All"]
    wanted = {"principalId": made.principal, "resourceId": graph["id"], "appRoleId": role["id"]}
    given = directory.call("POST", f"/servicePrincipals/{made.principal}/appRoleAssignments", wanted)

    token = confidential(made.app_id, secret).acquire_token_for_client([f"{GRAPH}/.default"])["access_token"]
    assert claims(token)["roles"] == ["Application.Read.All"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert requests.get(f"{URL}/v1.0/applications?$top=1", headers=bearer, timeout=30).status_code == 200
    answer = requests.patch(f"{URL}/v1.0/applications/{made.id}", json={"displayName": "X"}, headers=bearer, timeout=30)
    assert_error(answer, 403, "Authorization_RequestDenied")

    directory.call("DELETE", f"/servicePrincipals/{made.principal}/appRoleAssignments/{given['id']}")
    token = confidential(made.app_id, secret).acquire_token_for_client([f"{GRAPH}/.default"])["access_token"]
    assert "roles" not in claims(token)


def test_a_person_is_made_and_removed(directory):
    wanted = {
        "accountEnabled": True,
        "displayName": "Gita Gill",
        "mailNickname": "gita",
        "userPrincipalName": f"gita@{CONTOSO.domain}",
        "passwordProfile": {"password": "four-words-long-enough-7", "forceChangePasswordNextSignIn": False},
    }
    made = directory.call("POST", "/users", wanted)
    assert directory.call("GET", f"/users/{wanted['userPrincipalName']}")["id"] == made["id"]
    directory.call("DELETE", f"/users/{made['id']}")
    assert_error(directory.ask("GET", f"/users/{made['id']}"), 404, "Request_ResourceNotFound")


def test_paging_visits_every_application_once(directory, register):
    for number in range(3):
        register(f"Page {number}")
    seen, link = [], "/applications?$top=2&$select=id"
    while link:
        page = directory.call("GET", link)
        assert len(page["value"]) <= 2
        seen += [one["id"] for one in page["value"]]
        link = page.get("@odata.nextLink", "").removeprefix(f"{URL}/v1.0")
    assert len(seen) >= 5 and len(seen) == len(set(seen))


def test_a_refused_sign_in_and_a_change_are_on_record(directory, register):
    made = register("On record")
    confidential(made.app_id, "wrong").acquire_token_for_client(CONTOSO.everything)
    refusals = eventually(
        lambda: directory.call("GET", f"/auditLogs/signIns?$filter=appId eq '{made.app_id}'")["value"]
    )
    assert refusals[0]["status"]["errorCode"] == 7000215 and refusals[0]["correlationId"]
    changes = directory.call("GET", "/auditLogs/directoryAudits?$top=50")["value"]
    mine = [one for one in changes if any(target["id"] == made.id for target in one["targetResources"])]
    assert mine and mine[0]["initiatedBy"]["app"]["appId"] == client_id("AUTOMATION")


def eventually(read, seconds=10):
    """Sign-ins are recorded in batches: soon, not at once."""
    end = time.monotonic() + seconds
    while not (found := read()) and time.monotonic() < end:
        time.sleep(0.2)
    assert found, "nothing after the wait"
    return found
