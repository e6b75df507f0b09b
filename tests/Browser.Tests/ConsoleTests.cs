using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ForgeOrleans.Browser.Tests.Scenes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ForgeOrleans.Browser.Tests;

/// <summary>The emulator's console, used as people use it.</summary>
[Collection(BrowserCollection.Name)]
public class ConsoleTests(Chromium chromium)
{
    private const string Projects = "/rest/api/3/project/search";

    [BrowserFact]
    public async Task Who_has_sent_nothing_yet_is_told_how_to_begin()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium);
        await BrowserScene.SeesAsync(scene.Page.GetByRole(AriaRole.Heading, new() { Name = "Nothing has been sent to the remote yet" }));
        await Expect(scene.Page.GetByRole(AriaRole.Link, new() { Name = "Open Task Board on Acme" })).ToHaveAttributeAsync("href", "/apps/acme/board");
        await Expect(scene.Page.GetByText($"curl '{scene.Browser.Emulator.Url.GetLeftPart(UriPartial.Authority)}/bridge/invoke")).ToBeVisibleAsync();
        scene.Browser.Errors.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task A_call_is_seen_as_it_happens_with_what_broke_the_contract_and_the_section_that_says_so()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium);
        scene.Answer(("/good", 200, "application/json", """{"tasks": 3}"""), ("/bad", 500, "text/html", "<h1>Oops</h1>"));
        await scene.InvokeAsync("/good");
        await BrowserScene.SeesAsync(scene.Row("/good"));
        await Expect(scene.Row("/good").GetByRole(AriaRole.Img, new() { Name = "Kept the contract" })).ToBeVisibleAsync();
        await Expect(scene.Row("/good")).ToContainTextAsync("resolved");

        await scene.InvokeAsync("/bad");
        var broken = scene.Row("/bad");
        await Expect(broken.GetByRole(AriaRole.Img, new() { Name = "Broke the contract" })).ToBeVisibleAsync();
        await Expect(broken).ToContainTextAsync("has the content type text/html");
        await Expect(scene.Rows.First).ToContainTextAsync("/bad");
        await Expect(scene.Page.GetByRole(AriaRole.Log)).ToContainTextAsync("Broken: GET /bad");

        await broken.GetByRole(AriaRole.Button, new() { Name = "§ 4" }).ClickAsync();
        var section = scene.Page.GetByRole(AriaRole.Dialog, new() { Name = "Contract, section 4" });
        await Expect(section).ToBeVisibleAsync();
        await scene.Page.Keyboard.PressAsync("Escape");
        await Expect(section).ToHaveCountAsync(0);
        scene.Browser.Errors.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task The_feed_is_narrowed_paused_and_cleared()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium);
        scene.Answer(("/bad", 404, null, ""));
        await scene.InvokeAsync("/good");
        await scene.InvokeAsync("/bad", site: "globex");
        await scene.EventAsync();
        await Expect(scene.Rows).ToHaveCountAsync(3);

        await scene.Page.GetByRole(AriaRole.Radio, new() { Name = "Broken" }).ClickAsync();
        await Expect(scene.Rows).ToHaveCountAsync(1);
        await Expect(scene.Row("/bad")).ToBeVisibleAsync();
        await scene.Page.GetByRole(AriaRole.Radio, new() { Name = "All" }).ClickAsync();

        await scene.Page.GetByLabel("Kind").SelectOptionAsync("event");
        await Expect(scene.Rows).ToHaveCountAsync(1);
        await Expect(scene.Row(ConsoleScene.Updated)).ToBeVisibleAsync();
        await scene.Page.GetByLabel("Kind").SelectOptionAsync("");

        await scene.Page.GetByLabel("Site", new() { Exact = true }).SelectOptionAsync("globex");
        await Expect(scene.Rows).ToHaveCountAsync(1);
        await scene.Page.GetByLabel("Site", new() { Exact = true }).SelectOptionAsync("");

        await scene.Page.GetByRole(AriaRole.Searchbox).FillAsync("nothing at all");
        await scene.Page.GetByRole(AriaRole.Button, new() { Name = "Show all" }).ClickAsync();
        await Expect(scene.Rows).ToHaveCountAsync(3);

        await scene.Page.Keyboard.PressAsync("p");
        await scene.InvokeAsync("/later");
        await Expect(scene.Page.GetByRole(AriaRole.Button, new() { Name = "Resume, 1 new" })).ToBeVisibleAsync();
        await Expect(scene.Rows).ToHaveCountAsync(3);
        await scene.Page.Keyboard.PressAsync("p");
        await Expect(scene.Row("/later")).ToBeVisibleAsync();

        await scene.Page.GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
        await Expect(scene.Rows).ToHaveCountAsync(0);
        (await scene.GetAsync("/requests"))!["requests"]!.AsArray().ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task The_details_have_both_sides_and_the_token_but_never_the_token_itself()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium);
        scene.Answer(("/tasks", 201, "application/json", """{"id": "01J9ZK", "title": "Write"}"""));
        await scene.InvokeAsync("/tasks", "POST", new { title = "Write" }, user: scene.Browser.Ben.AccountId);
        await scene.Row("/tasks").ClickAsync();
        await Expect(scene.Details).ToContainTextAsync("Kept the contract");
        await Expect(scene.Details).ToContainTextAsync(scene.Browser.Ben.Name);
        await Expect(scene.Details.GetByRole(AriaRole.Tabpanel)).ToContainTextAsync("01J9ZK");

        await scene.Details.GetByRole(AriaRole.Tab, new() { Name = "Request" }).ClickAsync();
        await Expect(scene.Details.GetByRole(AriaRole.Tabpanel)).ToContainTextAsync("\"title\": \"Write\"");
        await Expect(scene.Details.GetByRole(AriaRole.Tabpanel)).ToContainTextAsync("Bearer (FIT");
        await scene.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(scene.Details.GetByRole(AriaRole.Tabpanel)).ToContainTextAsync("forge/invocation-token");
        await Expect(scene.Details.GetByRole(AriaRole.Tabpanel)).ToContainTextAsync(scene.Browser.Ben.AccountId);
        (await scene.Page.ContentAsync()).ShouldNotContain(scene.Remote.Last.Fit);
    }

    [BrowserFact]
    public async Task What_a_remote_answers_is_text_whatever_it_says()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium);
        const string Attack = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
        scene.Answer(("/attack", 500, "text/html", Attack));
        await scene.InvokeAsync($"/attack?q={Uri.EscapeDataString(Attack)}");
        await scene.EventAsync(new { title = Attack });
        await scene.Row("/attack").ClickAsync();
        await Expect(scene.Details.GetByRole(AriaRole.Tabpanel)).ToContainTextAsync("<img src=x");
        await Expect(scene.Page.Locator("img[src=x]")).ToHaveCountAsync(0);
        await Expect(scene.Page).ToHaveTitleAsync(new Regex("^Feed"));
        scene.Browser.Errors.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task A_request_is_replayed_also_with_a_token_to_be_refused()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium);
        await scene.InvokeAsync("/tasks", "POST", new { title = "Once more" });
        await scene.Row("/tasks").ClickAsync();
        await scene.Details.GetByRole(AriaRole.Button, new() { Name = "Replay", Exact = true }).ClickAsync();
        await Expect(scene.Rows).ToHaveCountAsync(2);
        await BrowserScene.SeesAsync(scene.Rows.First.GetByRole(AriaRole.Img, new() { Name = "replay" }));
        scene.Remote.Received.Count.ShouldBe(2);
        scene.Remote.Last.Text.ShouldContain("Once more");

        // This remote verifies nothing: that is what the replay finds.
        await scene.Details.GetByRole(AriaRole.Button, new() { Name = "Replay with a token to be refused" }).ClickAsync();
        await scene.Page.GetByRole(AriaRole.Menuitem, new() { Name = "With a forged token" }).ClickAsync();
        await Expect(scene.Rows).ToHaveCountAsync(3);
        await Expect(scene.Rows.First).ToContainTextAsync("was let in");
    }

    [BrowserFact]
    public async Task The_composer_checks_what_is_typed_sends_it_and_remembers()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium, "composer/invoke");
        var chiara = scene.Browser.Chiara.AccountId;
        scene.Answer(("/tasks", 200, "application/json", """{"added": true}"""));
        await scene.Page.GetByLabel("Method").SelectOptionAsync("POST");
        await scene.Page.GetByLabel("Path", new() { Exact = true }).FillAsync("/tasks");
        await scene.Page.GetByLabel("Site", new() { Exact = true }).SelectOptionAsync("globex");
        await scene.Page.GetByLabel("User").SelectOptionAsync(chiara);
        await scene.Page.GetByLabel("Module").SelectOptionAsync("board");
        await scene.Page.GetByLabel("Headers").FillAsync("""{"x-team": }""");
        await scene.Page.Keyboard.PressAsync("Control+Enter");
        await Expect(scene.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Headers is no JSON");
        scene.Remote.Received.ShouldBeEmpty();

        await scene.Page.GetByLabel("Headers").FillAsync("""{"x-team": "blue"}""");
        await scene.Page.GetByLabel("Body", new() { Exact = true }).FillAsync("""{"title": "Composed"}""");
        await Expect(scene.Page.GetByText("valid JSON")).ToHaveCountAsync(2);
        await scene.Page.Keyboard.PressAsync("Control+Enter");
        await Expect(scene.Page.GetByText("Resolved with 200")).ToBeVisibleAsync();
        await Expect(scene.Page.GetByRole(AriaRole.Region, new() { Name = "Answer" })).ToContainTextAsync("\"added\": true");
        scene.Remote.Last.Headers["x-team"].ShouldBe("blue");
        scene.Remote.Last.Text.ShouldContain("Composed");

        await scene.Page.ReloadAsync();
        await Expect(scene.Page.GetByLabel("Path", new() { Exact = true })).ToHaveValueAsync("/tasks");
        await Expect(scene.Page.GetByLabel("Body", new() { Exact = true })).ToHaveValueAsync("""{"title": "Composed"}""");
        await Expect(scene.Page.GetByLabel("Site", new() { Exact = true })).ToHaveValueAsync("globex");
        await Expect(scene.Page.GetByLabel("User")).ToHaveValueAsync(chiara);
        await Expect(scene.Page.GetByLabel("Module")).ToHaveValueAsync("board");
        await scene.Page.Keyboard.PressAsync("Control+Enter");
        await Expect(scene.Page.GetByText("Resolved with 200")).ToBeVisibleAsync();
        (await scene.GetAsync("/requests"))!["requests"]!.AsArray().ShouldAllBe(request => request!["site"]!.GetValue<string>() == "globex");
        await scene.GoAsync("Feed");
        await Expect(scene.Rows).ToHaveCountAsync(2);
        await Expect(scene.Rows.First).ToContainTextAsync(scene.Browser.Chiara.Name);
    }

    [BrowserFact]
    public async Task The_composer_sends_events_and_shows_what_becomes_of_them()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium, "composer/event");
        await scene.Page.GetByLabel("Event", new() { Exact = true }).SelectOptionAsync("avi:jira:created:issue");
        await scene.Page.GetByLabel("How many").FillAsync("3");
        await scene.Page.GetByLabel("Payload").FillAsync("""{"issue": {"key": "ROAD-{n}"}}""");
        await scene.Page.GetByLabel("Delivered").SelectOptionAsync("true");
        await scene.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Expect(scene.Page.GetByText("6 begun: 6 delivered.")).ToBeVisibleAsync();
        scene.Remote.Received.Count.ShouldBe(6);
        scene.Remote.Received.Count(request => request.Text.Contains("ROAD-3")).ShouldBe(2);
    }

    [BrowserFact]
    public async Task The_composer_calls_a_web_trigger_with_text_as_it_is_and_shows_also_a_refusal()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium, "composer/webTrigger");
        scene.Answer(("/hooks", 200, "application/json", """{"statusCode": 418, "headers": {"x-reason": ["short and stout"]}, "body": "no coffee"}"""));
        await scene.Page.GetByLabel("Body", new() { Exact = true }).FillAsync("coffee, please");
        await scene.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        var answer = scene.Page.GetByRole(AriaRole.Region, new() { Name = "Answer" });
        await Expect(answer).ToContainTextAsync("Answered with 418");
        await Expect(answer).ToContainTextAsync("short and stout");
        await Expect(answer).ToContainTextAsync("no coffee");
        JsonNode.Parse(scene.Remote.Last.Text)!["body"]!.GetValue<string>().ShouldBe("coffee, please");
    }

    [BrowserFact]
    public async Task A_request_of_the_feed_is_composed_again_as_what_it_was()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium);
        await scene.PostAsync("/sites/globex/uninstall", new { });
        await scene.Row("/uninstall").ClickAsync();
        await scene.Details.GetByRole(AriaRole.Button, new() { Name = "Compose" }).ClickAsync();
        await Expect(scene.Page.GetByLabel("What", new() { Exact = true })).ToHaveValueAsync("uninstall");
        await Expect(scene.Page.GetByLabel("Site", new() { Exact = true })).ToHaveValueAsync("globex");
    }

    [BrowserFact]
    public async Task What_the_composer_cannot_send_it_says_in_the_emulators_words()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium, "composer/event");
        await scene.PostAsync("/sites/acme/uninstall", new { preUninstall = false });
        await scene.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Expect(scene.Page.GetByText("The app is not installed on site \"acme\"")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task The_app_is_uninstalled_and_installed_again()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium, "sites/acme");
        var installation = scene.Browser.Acme.InstallationId;
        await scene.Page.GetByRole(AriaRole.Button, new() { Name = "Uninstall" }).ClickAsync();
        await Expect(scene.Page.GetByText("not installed").First).ToBeVisibleAsync();
        scene.Browser.Acme.IsInstalled.ShouldBeFalse();
        scene.Remote.Last.Target.ShouldBe("/uninstall");

        await scene.Page.GetByRole(AriaRole.Button, new() { Name = "Install", Exact = true }).ClickAsync();
        await Expect(scene.Page.GetByRole(AriaRole.Button, new() { Name = "Uninstall" })).ToBeVisibleAsync();
        scene.Browser.Acme.InstallationId.ShouldNotBe(installation);
        await Expect(scene.Page.GetByText(scene.Browser.Acme.InstallationId)).ToBeVisibleAsync();

        await scene.GoAsync("Feed");
        await BrowserScene.SeesAsync(scene.Row("avi:forge:installed:app"));
        await BrowserScene.SeesAsync(scene.Row("/uninstall"));
    }

    [BrowserFact]
    public async Task Users_versions_and_licenses_change()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium, "sites/acme");
        await scene.Page.GetByRole(AriaRole.Switch, new() { Name = $"Account of {scene.Browser.Ada.Name} in use" }).ClickAsync();
        await Expect(scene.Page.GetByRole(AriaRole.Switch, new() { Name = $"Account of {scene.Browser.Ada.Name} in use" })).Not.ToBeCheckedAsync();
        scene.Browser.Ada.Active.ShouldBeFalse();
        await scene.Page.GetByRole(AriaRole.Switch, new() { Name = $"Access of {scene.Browser.Ben.Name}" }).ClickAsync();
        await Expect(scene.Page.GetByRole(AriaRole.Switch, new() { Name = $"Access of {scene.Browser.Ben.Name}" })).Not.ToBeCheckedAsync();
        scene.Browser.Ben.HasAccess.ShouldBeFalse();

        await scene.Page.GetByRole(AriaRole.Button, new() { Name = "Upgrade" }).ClickAsync();
        await Expect(scene.Page.GetByText("2.0.0").First).ToBeVisibleAsync();

        await scene.Page.GetByRole(AriaRole.Radio, new() { Name = "Trial" }).ClickAsync();
        await Expect(scene.Page.GetByRole(AriaRole.Radio, new() { Name = "Trial" })).ToBeCheckedAsync();
        var claims = (await scene.PostAsync("/mint", new { site = "acme" }))!["claims"]!;
        claims["app"]!["license"]!["isEvaluation"]!.GetValue<bool>().ShouldBeTrue();
    }

    [BrowserFact]
    public async Task A_fault_is_switched_on_with_a_click_meets_calls_and_is_ended()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium, "faults");
        await BrowserScene.SeesAsync(scene.Page.GetByText("Nothing goes wrong."));
        await scene.Page.GetByRole(AriaRole.Button, new() { Name = "The site’s hour" }).ClickAsync();
        var active = scene.Page.GetByRole(AriaRole.Region, new() { Name = "On now" });
        await Expect(active).ToContainTextAsync("429 tenant");
        await Expect(active).ToContainTextAsync("0 hits");
        (await scene.CallProductAsync("jira", Projects)).ShouldBe(HttpStatusCode.TooManyRequests);
        (await scene.CallProductAsync("jira", Projects)).ShouldBe(HttpStatusCode.TooManyRequests);
        await Expect(active).ToContainTextAsync("2 hits");

        await scene.GoAsync("State");
        await Expect(scene.Page.GetByRole(AriaRole.Row, new() { Name = "jira-quota-tenant-based 2" })).ToBeVisibleAsync();

        await scene.GoAsync("Faults");
        await active.GetByRole(AriaRole.Button, new() { Name = "End Rate limit" }).ClickAsync();
        await BrowserScene.SeesAsync(scene.Page.GetByText("Nothing goes wrong."));
        (await scene.CallProductAsync("jira", Projects)).ShouldBe(HttpStatusCode.OK);

        await scene.Page.GetByRole(AriaRole.Button, new() { Name = "Key rotated, old one gone" }).ClickAsync();
        await Expect(scene.Page.GetByText(scene.Browser.Emulator.Platform.Keys.CurrentKeyId.Split('/')[1])).ToBeVisibleAsync();
        await scene.Page.GetByRole(AriaRole.Button, new() { Name = "Everything twice" }).ClickAsync();
        await Expect(scene.Page.GetByLabel("Events, twice")).ToHaveValueAsync("100");
        scene.Browser.Emulator.Platform.Disturbances.Duplicates.ShouldBe(1);
    }

    [BrowserFact]
    public async Task A_minute_that_passes_at_once_brings_the_retry()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium);
        scene.Remote.Answers(500);
        await scene.EventAsync();
        await BrowserScene.SeesAsync(scene.Row("tried again in 60 s"));
        scene.Remote.Answers(202);
        await scene.GoAsync("Clock");
        await Expect(scene.Page.GetByText("attempt 1 at")).ToBeVisibleAsync();
        await scene.Page.GetByRole(AriaRole.Button, new() { Name = "+1 min" }).First.ClickAsync();
        await Expect(scene.Page.GetByText("No delivery waits.")).ToBeVisibleAsync();
        await Expect(scene.Page.GetByText("1 min ahead by jumps.")).ToBeVisibleAsync();

        await scene.GoAsync("Feed");
        await Expect(scene.Rows).ToHaveCountAsync(2);
        await BrowserScene.SeesAsync(scene.Rows.First.GetByRole(AriaRole.Img, new() { Name = "retry" }));
        await scene.Rows.First.ClickAsync();
        await Expect(scene.Rows.Nth(1)).ToHaveClassAsync(new Regex("sibling"));
        await scene.Details.GetByRole(AriaRole.Tab, new() { Name = "Attempts" }).ClickAsync();
        await Expect(scene.Details.GetByText("Attempt 2")).ToBeVisibleAsync();
        await scene.Details.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Expect(scene.Details).ToContainTextAsync("Broke the contract");
    }

    [BrowserFact]
    public async Task Storage_and_limits_are_shown_as_they_change()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium, "state/acme");
        await BrowserScene.SeesAsync(scene.Page.GetByText("The app has stored nothing on this site."));
        await scene.StoreAsync("settings:board", new { columns = 4 });
        var entry = scene.Page.GetByRole(AriaRole.Button, new() { Name = "settings:board" });
        await BrowserScene.SeesAsync(entry);
        await entry.ClickAsync();
        await Expect(scene.Page.GetByText("\"columns\": 4")).ToBeVisibleAsync();

        await scene.CallProductAsync("jira", Projects);
        await Expect(scene.Page.GetByText("GET /rest/api/3/project/search")).ToBeVisibleAsync();
        await scene.Page.GetByLabel("Points an hour, a site").FillAsync("500");
        await scene.Page.GetByLabel("Points an hour, a site").BlurAsync();
        await Expect(scene.Page.GetByText("/ 500")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task Everything_is_reached_with_the_keyboard()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium);
        foreach (var path in (string[])["/first", "/second", "/third"])
        {
            await scene.InvokeAsync(path);
        }

        await Expect(scene.Rows).ToHaveCountAsync(3);
        var keys = scene.Page.Keyboard;
        await keys.PressAsync("j");
        await Expect(scene.Details).ToContainTextAsync("/third");
        await Expect(scene.Feed).ToBeFocusedAsync();
        await keys.PressAsync("ArrowDown");
        await Expect(scene.Details).ToContainTextAsync("/second");
        await keys.PressAsync("k");
        await keys.PressAsync("End");
        await Expect(scene.Details).ToContainTextAsync("/first");
        var selected = await scene.Feed.GetAttributeAsync("aria-activedescendant");
        await Expect(scene.Page.Locator($"#{selected}")).ToHaveAttributeAsync("aria-selected", "true");
        await keys.PressAsync("Enter");
        await Expect(scene.Details.GetByRole(AriaRole.Button, new() { Name = "Replay", Exact = true })).ToBeFocusedAsync();
        await keys.PressAsync("Escape");
        await Expect(scene.Details).ToBeHiddenAsync();
        await Expect(scene.Feed).ToBeFocusedAsync();

        await keys.PressAsync("/");
        await keys.TypeAsync("second");
        await Expect(scene.Rows).ToHaveCountAsync(1);
        await keys.PressAsync("Escape");
        await keys.PressAsync("Escape");

        foreach (var (key, view) in ((string, string)[])[("c", "Composer"), ("s", "Sites"), ("x", "Faults"), ("k", "Clock"), ("t", "State"), ("f", "Feed")])
        {
            await scene.Page.EvaluateAsync("() => document.activeElement.blur()");
            await keys.PressAsync("g");
            await keys.PressAsync(key);
            await Expect(scene.Page.GetByRole(AriaRole.Heading, new() { Name = view, Level = 1 })).ToBeAttachedAsync();
        }

        await keys.PressAsync("?");
        await Expect(scene.Page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard shortcuts" })).ToContainTextAsync("replay");
        scene.Browser.Errors.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task Whatever_can_be_used_can_be_reached_with_Tab_and_is_seen_there()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium);
        await scene.InvokeAsync("/tasks");
        foreach (var view in (string[])["feed", "composer/event", "sites/acme", "faults", "clock", "state/acme"])
        {
            await scene.Page.GotoAsync($"/console/#/{view}");
            await Expect(scene.Page.GetByRole(AriaRole.Heading, new() { Name = view.Split('/')[0], Level = 1 })).ToBeAttachedAsync();
            await scene.Page.EvaluateAsync("() => document.activeElement.blur()");
            var reached = new HashSet<string>();
            for (var step = 0; step < 90; step++)
            {
                await scene.Page.Keyboard.PressAsync("Tab");
                var (name, outline) = await FocusedAsync(scene.Page);
                if (name is "BODY" || (step > 3 && !reached.Add(name) && name.StartsWith("Skip", StringComparison.Ordinal)))
                {
                    break;
                }

                reached.Add(name);
                outline.ShouldNotBe("none", $"{view}: {name}");
            }

            reached.Count.ShouldBeGreaterThan(12, view);
            reached.ShouldNotContain(name => string.IsNullOrWhiteSpace(name), view);
        }
    }

    [BrowserFact]
    public async Task It_is_dark_or_light_as_the_machine_is_or_as_one_wants()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium, context: new() { ColorScheme = ColorScheme.Dark });
        (await LightnessAsync(scene.Page)).ShouldBeLessThan(60);
        var theme = scene.Page.GetByRole(AriaRole.Button, new() { Name = "Colours: system" });
        await theme.ClickAsync();
        await Expect(scene.Page.GetByRole(AriaRole.Button, new() { Name = "Colours: light" })).ToBeVisibleAsync();
        (await LightnessAsync(scene.Page)).ShouldBeGreaterThan(200);
        await scene.Page.ReloadAsync();
        (await LightnessAsync(scene.Page)).ShouldBeGreaterThan(200);
        await scene.Page.GetByRole(AriaRole.Button, new() { Name = "Colours: light" }).ClickAsync();
        (await LightnessAsync(scene.Page)).ShouldBeLessThan(60);
    }

    [BrowserFact]
    public async Task A_thousand_requests_are_as_light_as_forty_and_nobody_is_pushed_away_from_what_is_read()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium);
        await scene.InvokeAsync("/the-oldest");
        await BrowserScene.SeesAsync(scene.Row("/the-oldest"));
        await scene.EventAsync(count: 999);
        await Expect(scene.Page.GetByRole(AriaRole.Radio, new() { Name = "All" })).ToContainTextAsync("1000", new() { Timeout = 30_000 });
        await Expect(scene.Feed).ToHaveAttributeAsync("aria-rowcount", "1001");
        (await scene.Feed.Locator(".row").CountAsync()).ShouldBeLessThan(80);

        await scene.Feed.FocusAsync();
        await scene.Page.Keyboard.PressAsync("End");
        await Expect(scene.Row("/the-oldest")).ToBeVisibleAsync();
        await scene.Page.GetByRole(AriaRole.Searchbox).FillAsync("avi:jira");
        await Expect(scene.Feed).ToHaveAttributeAsync("aria-rowcount", "1000");
        await scene.Feed.EvaluateAsync("grid => { grid.scrollTop = 9000 }");
        await Expect(scene.Rows.First).Not.ToHaveAttributeAsync("aria-rowindex", "2");
        var reading = scene.Rows.Nth(20);
        var id = await reading.GetAttributeAsync("data-id");
        var row = scene.Feed.Locator($".row[data-id=\"{id}\"]");
        var before = (await row.BoundingBoxAsync())!.Y;
        await scene.EventAsync(count: 25);
        await Expect(scene.Page.GetByRole(AriaRole.Button, new() { Name = "25 newer" })).ToBeVisibleAsync(new() { Timeout = 15_000 });
        (await row.BoundingBoxAsync())!.Y.ShouldBe(before, 1);
        await scene.Page.GetByRole(AriaRole.Button, new() { Name = "25 newer" }).ClickAsync();
        (await scene.Feed.EvaluateAsync<int>("grid => grid.scrollTop")).ShouldBe(0);
    }

    [BrowserFact]
    public async Task What_ends_in_another_order_than_it_began_is_newest_first_all_the_same()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium);

        // Every second request is answered only when the next one is there.
        var (turn, count, next) = (new Lock(), 0, new TaskCompletionSource());
        scene.Remote.Answer = http =>
        {
            lock (turn)
            {
                if (++count % 2 is 1)
                {
                    next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    return next.Task;
                }

                next.SetResult();
                return Task.CompletedTask;
            }
        };
        await scene.EventAsync(count: 50);
        await Expect(scene.Page.GetByRole(AriaRole.Radio, new() { Name = "Kept" })).ToContainTextAsync("50", new() { Timeout = 15_000 });
        var ids = await scene.Rows.EvaluateAllAsync<int[]>("rows => rows.map(row => Number(row.dataset.id))");
        ids.ShouldBe(Enumerable.Range(0, ids.Length).Select(index => 50 - index));
        ids.Length.ShouldBeGreaterThan(10);

        await scene.Page.Keyboard.PressAsync("p");
        scene.Remote.Answers(200);
        await scene.InvokeAsync("/later", "POST");
        await Expect(scene.Page.GetByRole(AriaRole.Button, new() { Name = "Resume, 1 new" })).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task What_ends_as_time_passes_or_is_changed_elsewhere_is_seen_without_a_call()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium, "faults");
        await scene.PostAsync("/faults", new { kind = "noPermission", seconds = 1 });
        await scene.PostAsync("/disturbances", new { duplicates = 0.5 });
        await Expect(scene.Page.GetByRole(AriaRole.Region, new() { Name = "On now" })).ToContainTextAsync("403");
        await BrowserScene.SeesAsync(scene.Page.GetByText("Nothing goes wrong."));
        await Expect(scene.Page.GetByLabel("Events, twice")).ToHaveValueAsync("50", new() { Timeout = 10_000 });

        await scene.GoAsync("State");
        await scene.PostAsync("/limits", new { getPerSecond = 1 });
        await scene.CallProductAsync("jira", Projects);
        var used = scene.Page.Locator(".bar", new() { HasText = Projects }).GetByRole(AriaRole.Meter);
        await Expect(used).ToHaveAttributeAsync("aria-valuenow", "1");
        await Expect(used).ToHaveAttributeAsync("aria-valuenow", "0");
    }

    [BrowserFact]
    public async Task An_address_that_nobody_meant_is_the_feed()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium, "state");
        foreach (var hash in (string[])["constructor", "%", "sites/%E0%A4%A"])
        {
            await scene.Page.GotoAsync($"/console/#/{hash}");
            var view = hash.StartsWith("sites", StringComparison.Ordinal) ? "Sites" : "Feed";
            await Expect(scene.Page.GetByRole(AriaRole.Heading, new() { Name = view, Level = 1 })).ToBeAttachedAsync();
        }

        scene.Browser.Errors.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task More_of_the_storage_stays_while_the_app_writes()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium, "state/acme");
        for (var index = 0; index < 60; index++)
        {
            await scene.StoreAsync($"key-{index:00}", index);
        }

        await scene.Page.GetByRole(AriaRole.Button, new() { Name = "More" }).ClickAsync();
        await BrowserScene.SeesAsync(scene.Page.GetByRole(AriaRole.Button, new() { Name = "key-59" }));
        await scene.StoreAsync("key-00", new { said = "changed while somebody reads" });
        await scene.Page.GetByRole(AriaRole.Button, new() { Name = "key-00" }).ClickAsync();
        await BrowserScene.SeesAsync(scene.Page.GetByText("changed while somebody reads"));
        await Expect(scene.Page.GetByRole(AriaRole.Button, new() { Name = "key-59" })).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task No_page_of_others_has_the_console_in_a_frame()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium);
        var page = await scene.Page.APIRequest.GetAsync("/console/");
        page.Headers["content-security-policy"].ShouldContain("frame-ancestors 'none'");
    }

    [BrowserFact]
    public async Task An_emulator_that_comes_back_is_followed_again()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium);
        await scene.InvokeAsync("/before");
        await BrowserScene.SeesAsync(scene.Row("/before"));
        var (manifest, url) = (scene.Browser.Emulator.Platform.Manifest, scene.Browser.Emulator.Url.GetLeftPart(UriPartial.Authority));
        await scene.Browser.Emulator.DisposeAsync();
        await Expect(scene.Page.Locator("#live")).ToContainTextAsync("Reconnecting", new() { Timeout = 10_000 });

        await using var again = await Emulator.EmulatorHost.StartAsync(new Emulator.EmulatorOptions
        {
            Manifest = manifest, Remote = scene.Remote.Url, Urls = [url],
        });

        // Its numbers have come further than the first one's by the time at which the page finds it.
        foreach (var path in Enumerable.Range(0, 8))
        {
            await scene.InvokeAsync($"/between/{path}");
        }

        await Expect(scene.Page.Locator("#live")).ToContainTextAsync("Live", new() { Timeout = 20_000 });
        await Expect(scene.Row("/before")).ToHaveCountAsync(0);
        await scene.InvokeAsync("/after");
        await BrowserScene.SeesAsync(scene.Row("/after"));
    }

    [BrowserFact]
    public async Task Every_panel_tells_the_calls_that_do_the_same()
    {
        await using var scene = await ConsoleScene.StartAsync(chromium, "faults");
        await scene.Page.GetByRole(AriaRole.Button, new() { Name = "As curl" }).First.ClickAsync();
        var dialog = scene.Page.GetByRole(AriaRole.Dialog, new() { Name = "As curl" });
        var command = await dialog.Locator(".command", new() { HasText = "Rate limits: Burst" }).Locator("pre").InnerTextAsync();
        var body = Regex.Match(command, "-d '(.*)'", RegexOptions.Singleline).Groups[1].Value;
        command.ShouldStartWith($"curl {scene.Browser.Emulator.Url.GetLeftPart(UriPartial.Authority)}/faults");
        await scene.PostAsync("/faults", JsonNode.Parse(body)!);
        (await scene.CallProductAsync("jira", Projects)).ShouldBe(HttpStatusCode.TooManyRequests);
    }

    private static async Task<int> LightnessAsync(IPage page) => await page.EvaluateAsync<int>(
        """
        () => {
          const pixel = document.createElement('canvas').getContext('2d');
          pixel.fillStyle = getComputedStyle(document.body).backgroundColor;
          return parseInt(pixel.fillStyle.slice(1, 3), 16);
        }
        """);

    private static async Task<(string Name, string Outline)> FocusedAsync(IPage page)
    {
        var focused = await page.EvaluateAsync<string[]>(
            """
            () => {
              const { activeElement: element } = document;
              const style = getComputedStyle(element);
              const name = element === document.body ? 'BODY'
                : element.getAttribute('aria-label') || element.labels?.[0]?.textContent || element.textContent.trim() || element.title;
              return [name, style.outlineStyle === 'none' && style.backgroundColor === getComputedStyle(element.parentElement).backgroundColor ? 'none' : 'seen'];
            }
            """);
        return (focused[0], focused[1]);
    }
}
