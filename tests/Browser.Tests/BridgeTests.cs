using System.Text.Json;
using System.Text.RegularExpressions;
using ForgeOrleans.Browser.Tests.Scenes;
using ForgeOrleans.Emulator.Faults;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Manifest;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace ForgeOrleans.Browser.Tests;

/// <summary>The real <c>@forge/bridge</c>, unmodified, in the emulator's frame: <c>forge</c> in the scripts below.</summary>
[Collection(BrowserCollection.Name)]
public class BridgeTests(Chromium chromium)
{
    [NpmBrowserFact]
    public async Task InvokeRemote_and_requestRemote_reach_the_remote_as_the_person_in_session()
    {
        await using var scene = await StartAsync();
        scene.Stub.Answers(201, body: """{"made": true}""");
        var made = await RunAsync(scene, "forge.invokeRemote({ method: 'POST', path: '/tasks/', body: { team: 'Forge' } })");
        made.GetProperty("status").GetInt32().ShouldBe(201);
        made.GetProperty("body").GetProperty("made").GetBoolean().ShouldBeTrue();
        (scene.Stub.Last.Method, scene.Stub.Last.Target, scene.Stub.Last.Text).ShouldBe(("POST", "/tasks/", """{"team":"Forge"}"""));
        PrincipalOf(scene.Stub.Last.Fit).ShouldBe(scene.Ben.AccountId);

        IFormCollection? form = null;
        scene.Stub.Answer = async http =>
        {
            http.Request.Body = new MemoryStream(scene.Stub.Last.Body);
            form = await http.Request.ReadFormAsync();
            http.Response.StatusCode = 409;
            http.Response.ContentType = "image/png";
            await http.Response.Body.WriteAsync(new byte[] { 137, 80, 78, 71 });
        };
        var uploaded = await RunAsync(scene, """
            (async () => {
              const body = new FormData();
              body.append('note', 'ü');
              body.append('file1', new File(['héllo'], 'greeting.txt', { type: 'text/plain' }));
              const response = await forge.requestRemote('backend', { method: 'POST', path: '/files', body });
              return { status: response.status, type: response.headers.get('content-type'), bytes: [...new Uint8Array(await response.arrayBuffer())] };
            })()
            """);
        uploaded.GetProperty("status").GetInt32().ShouldBe(409);
        uploaded.GetProperty("bytes").EnumerateArray().Select(value => value.GetInt32()).ShouldBe([137, 80, 78, 71]);
        form.ShouldNotBeNull();
        form["note"].ToString().ShouldBe("ü");
        form.Files.ShouldHaveSingleItem().FileName.ShouldBe("greeting.txt");
        PrincipalOf(scene.Stub.Last.Fit).ShouldBe(scene.Ben.AccountId);
    }

    [NpmBrowserFact]
    public async Task The_context_tells_who_looks_at_what()
    {
        await using var scene = await StartAsync();
        var context = await RunAsync(scene, "forge.view.getContext()");
        Text(context, "accountId").ShouldBe(scene.Ben.AccountId);
        Text(context, "moduleKey").ShouldBe("panel");
        Text(context, "siteUrl").ShouldBe("https://acme.atlassian.net");
        Text(context.GetProperty("extension"), "type").ShouldBe("jira:issuePanel");
        Text(context.GetProperty("extension").GetProperty("issue"), "key").ShouldBe("ROAD-1");
        Text(context.GetProperty("theme"), "colorMode").ShouldBe("light");

        await scene.OpenAppAsync(scene.Globex, scene.Chiara, "space-page");
        await ReadyAsync(scene);
        context = await RunAsync(scene, "forge.view.getContext()");
        Text(context, "accountId").ShouldBe(scene.Chiara.AccountId);
        context.GetProperty("extension").TryGetProperty("space", out _).ShouldBeTrue();
        context.GetProperty("extension").TryGetProperty("issue", out _).ShouldBeFalse();
    }

    [NpmBrowserFact]
    public async Task The_products_answer_as_the_person_in_session_and_what_they_refuse_is_a_response()
    {
        await using var scene = await StartAsync();
        const string Myself = "forge.requestJira('/rest/api/3/myself').then(async response => ({ status: response.status, body: await response.json() }))";
        var myself = await RunAsync(scene, Myself);
        Text(myself.GetProperty("body"), "displayName").ShouldBe(scene.Ben.Name);

        // The manifest lacks the scope.
        (await RunAsync(scene, "forge.requestConfluence('/wiki/rest/api/content').then(response => response.status)")).GetInt32().ShouldBe(401);
        (await RunAsync(scene, "forge.requestConfluence('/wiki/api/v2/pages').then(response => response.status)")).GetInt32().ShouldBe(200);

        scene.Emulator.Platform.Faults.Add(new Fault { Kind = FaultKind.RateLimit, Reason = "tenant", Product = "jira" });
        var limited = await RunAsync(
            scene, "forge.requestJira('/rest/api/3/myself').then(response => ({ status: response.status, reason: response.headers.get('ratelimit-reason') }))");
        limited.GetProperty("status").GetInt32().ShouldBe(429);
        Text(limited, "reason").ShouldBe("jira-quota-tenant-based");
    }

    [NpmBrowserFact]
    public async Task Flags_are_shown_and_their_actions_run_in_the_app()
    {
        await using var scene = await StartAsync();
        await scene.Frame.EvaluateAsync("""
            () => { globalThis.flag = forge.showFlag({ id: 'one', title: 'Saved', type: 'success', description: 'It is kept.', actions: [{ text: 'Undo', onClick: () => heard.push('undo') }] }); }
            """);
        var flag = scene.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Saved" });
        await BrowserScene.SeesAsync(flag.GetByText("It is kept."));
        await flag.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await scene.Frame.WaitForFunctionAsync("() => heard.includes('undo')");
        await scene.Frame.EvaluateAsync("() => flag.close()");
        await BrowserScene.SeesNotAsync(flag);
    }

    [NpmBrowserFact]
    public async Task Where_the_app_wants_to_go_the_page_tells_and_goes_if_it_can()
    {
        await using var scene = await StartAsync();
        (await RunAsync(scene, "forge.router.getUrl({ target: 'issue', issueKey: 'ROAD-1' }).then(url => url.href)")).GetString()
            .ShouldBe("https://acme.atlassian.net/browse/ROAD-1");
        await RunAsync(scene, "forge.router.open('https://example.com/help').then(() => 1)");
        await Assertions.Expect(scene.Page.GetByRole(AriaRole.Link, new() { Name = "Open it" })).ToHaveAttributeAsync("href", "https://example.com/help");
        (await RejectionAsync(scene, "forge.router.open('javascript:alert(1)')")).ShouldContain("no address that a product would go to");

        await scene.Frame.EvaluateAsync("() => { setTimeout(() => forge.router.navigate({ target: 'module', moduleKey: 'space-page' }), 100); }");
        await Assertions.Expect(scene.Page).ToHaveURLAsync(new Regex("/apps/acme/space-page"));
        await Assertions.Expect(scene.Page.GetByLabel("Who is in session").Locator("option:checked")).ToHaveTextAsync(scene.Ben.Name);
    }

    [NpmBrowserFact]
    public async Task A_modal_is_another_frame_of_the_app_and_answers_the_one_that_opened_it()
    {
        await using var scene = await StartAsync();
        await RunAsync(scene, """
            new forge.Modal({ title: 'Choose', size: 'small', context: { question: 7 }, onClose: answer => heard.push(answer) }).open().then(() => 1)
            """);
        var dialog = scene.Page.GetByRole(AriaRole.Dialog);
        await BrowserScene.SeesAsync(dialog);
        var modal = scene.Page.Frames.Single(frame => frame.Name.StartsWith("modal-", StringComparison.Ordinal));
        await modal.WaitForFunctionAsync("() => globalThis.forge");
        (await modal.EvaluateAsync<int>("() => forge.view.getContext().then(context => context.extension.modal.question)")).ShouldBe(7);
        // Later: the frame goes with it, and takes an answer to the test along.
        await modal.EvaluateAsync("() => { setTimeout(() => forge.view.close({ answer: 42 }), 100); }");
        await BrowserScene.SeesNotAsync(dialog);
        await scene.Frame.WaitForFunctionAsync("() => heard[0]?.answer === 42");

        // A page of a product can't be closed by its app.
        (await RejectionAsync(scene, "forge.view.close()")).ShouldContain("not closable");
        await RunAsync(scene, "new forge.Modal({ onClose: () => heard.push('escaped') }).open().then(() => 1)");
        await BrowserScene.SeesAsync(dialog);
        // Until the app is there the browser is about to give it the keyboard, and may lose what is pressed meanwhile.
        var second = (await (await dialog.Locator("iframe").ElementHandleAsync()).ContentFrameAsync())!;
        await second.WaitForFunctionAsync("() => globalThis.forge");
        await second.EvaluateAsync("() => forge.view.getContext().then(() => 1)");
        await scene.Page.Keyboard.PressAsync("Escape");
        await scene.Frame.WaitForFunctionAsync("() => heard.includes('escaped')");
    }

    [NpmBrowserFact]
    public async Task Events_history_title_and_theme_work()
    {
        await using var scene = await StartAsync();
        await RunAsync(scene, "forge.events.on('CHANGED', payload => heard.push(payload.of)).then(it => { globalThis.subscription = it; return 1; })");
        await RunAsync(scene, "forge.events.emit('CHANGED', { of: 'mind' }).then(() => 1)");
        await scene.Frame.WaitForFunctionAsync("() => heard[0] === 'mind'");
        await RunAsync(scene, "(async () => { subscription.unsubscribe(); await forge.events.emit('CHANGED', { of: 'heart' }); return 1; })()");
        (await RunAsync(scene, "heard.length")).GetInt32().ShouldBe(1);

        var history = await RunAsync(scene, """
            (async () => {
              const history = await forge.view.createHistory();
              const seen = [];
              history.listen((location, action) => seen.push(`${action} ${location.pathname}${location.search}`));
              history.push('/tasks?open=1');
              history.replace('/tasks/2');
              history.goBack();
              return [...seen, history.location.pathname];
            })()
            """);
        history.EnumerateArray().Select(entry => entry.GetString()).ShouldBe(["PUSH /tasks?open=1", "REPLACE /tasks/2", "POP /", "/"]);

        await RunAsync(scene, "forge.view.changeWindowTitle('Mine').then(() => 1)");
        await Assertions.Expect(scene.Page).ToHaveTitleAsync("Mine");
        await RunAsync(scene, "forge.view.theme.enable().then(() => 1)");
        (await RunAsync(scene, "getComputedStyle(document.documentElement).getPropertyValue('--ds-text').trim()")).GetString().ShouldBe("#172B4D");
        (await RunAsync(scene, "forge.rovo.isEnabled()")).GetBoolean().ShouldBeFalse();
        await RunAsync(scene, "forge.view.emitReadyEvent().then(() => 1)");
        await scene.Frame.EvaluateAsync("() => { setTimeout(() => forge.view.refresh(), 100); }");
        await Assertions.Expect(scene.App.Locator("html:not([data-color-mode]) body[data-ready]")).ToBeVisibleAsync();
    }

    [NpmBrowserFact]
    public async Task What_the_emulator_does_not_offer_is_refused_with_the_reason_and_what_it_does_offer()
    {
        await using var scene = await StartAsync();
        var message = await RejectionAsync(scene, "forge.realtime.publish('channel', { a: 1 })");
        message.ShouldContain("doesn't offer the bridge command \"publishRealtimeChannel\"");
        message.ShouldContain("events.emit");
        message.ShouldContain("invoke, fetchRemote, fetchProduct, getContext");
        (await RejectionAsync(scene, "forge.invoke('resolve', {})")).ShouldContain("the emulator runs none");
        (await RejectionAsync(scene, "forge.requestBitbucket('/2.0/user')")).ShouldContain("plays jira and confluence");
    }

    [NpmBrowserFact]
    public async Task What_forge_would_not_allow_fails_here_and_the_page_says_what_to_do()
    {
        await using var scene = await StartAsync();
        // An inline script of the page itself runs, on Forge by its hash; one that is added later doesn't.
        (await RunAsync(scene, "globalThis.inlineScriptRan")).GetBoolean().ShouldBeTrue();
        (await RunAsync(scene, """
            (() => { const script = document.createElement('script'); script.textContent = 'globalThis.addedScriptRan = true'; document.body.append(script); return globalThis.addedScriptRan ?? false; })()
            """)).GetBoolean().ShouldBeFalse();
        (await RejectionAsync(scene, $"fetch('{scene.Stub.Url}')")).ShouldContain("Failed to fetch");
        (await RejectionAsync(scene, "fetch('/sites')")).ShouldContain("Failed to fetch");
        scene.Stub.Received.ShouldBeEmpty();
        (await RejectionAsync(scene, "(async () => parent.document.title)()")).ShouldContain("cross-origin");
        (await RunAsync(scene, """
            (() => { document.body.insertAdjacentHTML('beforeend', '<p id="styled" style="color: rgb(1, 2, 3)">x</p>'); return getComputedStyle(document.getElementById('styled')).color; })()
            """)).GetString().ShouldNotBe("rgb(1, 2, 3)");
        await BrowserScene.SeesAsync(scene.Page.GetByText("Forge would not allow this"));
        await BrowserScene.SeesAsync(scene.Page.GetByText("Call your remote with invokeRemote or requestRemote"));
        await BrowserScene.SeesAsync(scene.Page.GetByText("permissions.content.styles"));
    }

    [NpmBrowserFact]
    public async Task A_module_without_a_page_says_what_to_do()
    {
        await using var scene = await StartAsync();
        await scene.OpenAppAsync(scene.Acme, scene.Ada, "unbuilt");
        await BrowserScene.SeesAsync(scene.Page.GetByText("This frontend is not built yet"));
        await BrowserScene.SeesAsync(scene.Page.GetByText("npm run build"));
        await scene.OpenAppAsync(scene.Acme, scene.Ada, "native");
        await BrowserScene.SeesAsync(scene.Page.GetByText("This module is made with UI Kit"));
        await scene.Page.GotoAsync("/apps/acme/nothing");
        await BrowserScene.SeesAsync(scene.Page.GetByText("no module with a user interface and the key \"nothing\""));
        await scene.Page.GetByRole(AriaRole.Link, new() { Name = "All apps" }).ClickAsync();
        await scene.Page.GetByRole(AriaRole.Link, new() { Name = scene.Chiara.Name }).First.ClickAsync();
        await Assertions.Expect(scene.Page).ToHaveURLAsync(new Regex("/apps/globex/"));
    }

    private async Task<BrowserScene> StartAsync()
    {
        var scene = await BrowserScene.WithStubAsync(chromium, AppManifest.Load(await UiProject.FixtureManifestAsync()));
        await scene.OpenAppAsync(scene.Acme, scene.Ben, "panel");
        await ReadyAsync(scene);
        return scene;
    }

    private static Task ReadyAsync(BrowserScene scene) => Assertions.Expect(scene.App.Locator("body[data-ready]")).ToBeVisibleAsync();

    private static async Task<JsonElement> RunAsync(BrowserScene scene, string script) =>
        (await scene.Frame.EvaluateAsync($"async () => await ({script})"))!.Value;

    private static async Task<string> RejectionAsync(BrowserScene scene, string script) =>
        await scene.Frame.EvaluateAsync<string>($"async () => {{ try {{ await ({script}); return 'resolved'; }} catch (error) {{ return error.message; }} }}");

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static string PrincipalOf(string fit)
    {
        var claims = fit.Split('.')[1].Replace('-', '+').Replace('_', '/');
        using var json = JsonDocument.Parse(Convert.FromBase64String(claims.PadRight((claims.Length + 3) / 4 * 4, '=')));
        return Text(json.RootElement, "principal");
    }
}
