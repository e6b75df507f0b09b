namespace ForgeOrleans.Story;

/// <summary>The story until something fails: two sites and their users work with the TaskBoard, and an attacker tries.</summary>
internal sealed class TaskBoardStory(Cast cast, Platform platform, Transcript transcript)
{
    public async Task PlayAsync()
    {
        var (acme, globex, ada, ben, chiara) = cast;

        transcript.Step($"{ada.FirstName}, at {acme.Id}, makes a task");
        var made = await platform.InvokeAsync(acme, ada, "POST", "/tasks/", Task("Write the release notes"));
        transcript.Expect("the task is hers", made is { Status: 200 } && made.Body?["task"]?["createdBy"]?.GetValue<string>() == ada.AccountId);

        transcript.Step($"{ben.FirstName}, at {acme.Id} too, makes another and sees both");
        await platform.InvokeAsync(acme, ben, "POST", "/tasks/", Task("Book the room"));
        var both = await platform.InvokeAsync(acme, ben, "GET", "/tasks/?team=Forge");
        transcript.Expect("both are there, in the order of their making", both.Descriptions is ["Write the release notes", "Book the room"]);

        transcript.Step($"{chiara.FirstName}, at {globex.Id}, sees none of them and makes one of her own");
        var none = await platform.InvokeAsync(globex, chiara, "GET", "/tasks/");
        transcript.Expect("a site sees its own tasks only", none is { Status: 200, Descriptions: [] });
        await platform.InvokeAsync(globex, chiara, "POST", "/tasks/", Task("Call the printer"));

        transcript.Step("The remote calls Confluence, as the app and as the user");
        var asApp = await platform.InvokeAsync(acme, ada, "GET", "/confluence/content?as=app");
        transcript.Expect("the app's token was good for Confluence", asApp.Status == 200 && asApp.Body?["results"]?.AsArray().Count > 0);
        var asUser = await platform.InvokeAsync(acme, ada, "GET", "/confluence/content?as=user");
        transcript.Expect($"{ada.FirstName}'s token too", asUser.Status == 200 && asUser.Body?["results"]?.AsArray().Count > 0);

        transcript.Step($"The remote asks Jira who it is, in the name of {ben.FirstName}, who is not there");
        var impersonated = await platform.InvokeAsync(acme, ada, "POST", "/impersonate", new { accountId = ben.AccountId });
        transcript.Expect($"Jira takes it for {ben.FirstName}", impersonated.Status == 200 && impersonated.Body?["accountId"]?.GetValue<string>() == ben.AccountId);

        transcript.Step("It calls Jira 300 times as fast as it can; Jira takes 100 a second");
        var load = await platform.InvokeAsync(
            acme, ada, "POST", "/load", new { product = "jira", method = "GET", path = "/rest/api/3/myself", count = 300, parallel = 40 });
        transcript.Expect("every call is served, and not one is too many", load.Status == 200 && load.Body?["byStatus"]?.ToJsonString() == """{"200":300}""");

        transcript.Step("A task that is none is refused, in a form that the platform passes on");
        var invalid = await platform.InvokeAsync(acme, ada, "POST", "/tasks/", new { department = "Engineering" });
        transcript.Expect("the answer names the fields", invalid.Status == 400 && invalid.Body?["error"]?["fields"]?["team"] is not null);

        transcript.Step("Somebody calls the remote with a forged token");
        var forged = await platform.ForgeAsync(acme, "GET", "/tasks/");
        transcript.Expect("401, and nothing else", forged is { Status: 401 } && forged.Body?["error"]?["code"]?.GetValue<string>() == "invalid_token");

        transcript.Step("The platform changes its signing key");
        await platform.RotateKeysAsync();
        var rotated = await platform.InvokeAsync(acme, ada, "POST", "/echo", new { hello = "with the new key" });
        transcript.Expect("the very next call is served", rotated.Status == 200);
    }

    private static object Task(string description) => new { department = "Engineering", team = "Forge", description };
}
