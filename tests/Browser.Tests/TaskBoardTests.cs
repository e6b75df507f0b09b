using ForgeOrleans.Browser.Tests.Scenes;
using ForgeOrleans.Emulator.Faults;
using Microsoft.Playwright;

namespace ForgeOrleans.Browser.Tests;

/// <summary>TaskBoard's frontend in the emulator, used as people use it.</summary>
[Collection(BrowserCollection.Name)]
public class TaskBoardTests(Chromium chromium)
{
    private const string Jira = "task-board-project";
    private const string Confluence = "task-board-space";

    [BrowserFact]
    public async Task A_task_is_added_finished_and_deleted()
    {
        await using var scene = await BrowserScene.WithTaskBoardAsync(chromium);
        await scene.OpenAppAsync(scene.Acme, scene.Ada, Jira);
        await BrowserScene.SeesAsync(scene.App.GetByText("No tasks yet"));

        await AddAsync(scene, "Order the cake", "Kitchen");
        await AddAsync(scene, "Book the room", "Kitchen");
        await BrowserScene.SeesAsync(scene.App.GetByText("0 of 2 done"));
        await Assertions.Expect(scene.App.GetByLabel("New task")).ToBeFocusedAsync();

        await TaskCalled(scene, "Order the cake").ClickAsync();
        await BrowserScene.SeesAsync(scene.App.GetByText("1 of 2 done"));
        await scene.App.GetByRole(AriaRole.Button, new() { Name = "Open 1" }).ClickAsync();
        await BrowserScene.SeesNotAsync(TaskCalled(scene, "Order the cake"));

        await scene.App.GetByRole(AriaRole.Button, new() { Name = "Delete: Book the room" }).ClickAsync();
        await BrowserScene.SeesAsync(scene.App.GetByText("There is no open task"));

        // What the backend keeps, not what the page remembers.
        await scene.Page.ReloadAsync();
        await Assertions.Expect(TaskCalled(scene, "Order the cake")).ToBeCheckedAsync();
        await BrowserScene.SeesAsync(scene.App.GetByText("1 of 1 done"));
        scene.Errors.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task People_of_one_site_share_a_board_and_those_of_another_have_their_own()
    {
        await using var scene = await BrowserScene.WithTaskBoardAsync(chromium);
        await scene.OpenAppAsync(scene.Acme, scene.Ada, Jira);
        await AddAsync(scene, "A secret of Acme", "Legal");

        await scene.Page.GetByLabel("Who is in session").SelectOptionAsync(scene.Ben.Name);
        await BrowserScene.SeesAsync(TaskCalled(scene, "A secret of Acme"));
        await BrowserScene.SeesAsync(scene.App.GetByText($"by {scene.Ada.Name}"));
        await AddAsync(scene, "From Ben", "Legal");
        await BrowserScene.SeesAsync(scene.App.GetByText("by you"));

        await scene.Page.GetByLabel("Site", new() { Exact = true }).SelectOptionAsync("Globex");
        await BrowserScene.SeesAsync(scene.App.GetByText("No tasks yet"));
        await Assertions.Expect(scene.Page.GetByLabel("Who is in session").Locator("option:checked")).ToHaveTextAsync(scene.Chiara.Name);
        await AddAsync(scene, "Of Globex", "Legal");

        await scene.OpenAppAsync(scene.Acme, scene.Ada, Jira);
        await BrowserScene.SeesAsync(TaskCalled(scene, "From Ben"));
        await BrowserScene.SeesNotAsync(TaskCalled(scene, "Of Globex"));
        scene.Errors.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task Jiras_issues_come_by_the_bridge_and_confluences_pages_by_the_remote()
    {
        await using var scene = await BrowserScene.WithTaskBoardAsync(chromium);
        await scene.OpenAppAsync(scene.Acme, scene.Ada, Jira);
        await BrowserScene.SeesAsync(scene.App.GetByText("Issues of ROAD"));
        await scene.App.GetByRole(AriaRole.Button, new() { Name = "Make a task of ROAD-1" }).ClickAsync();
        await BrowserScene.SeesAsync(TaskCalled(scene, "ROAD-1 Upgrade the payment gateway"));

        await scene.App.GetByRole(AriaRole.Link, new() { Name = "Onboarding" }).ClickAsync();
        await BrowserScene.SeesAsync(scene.Page.GetByText("https://acme.atlassian.net/wiki/pages/viewpage.action?pageId="));

        await scene.Page.GetByRole(AriaRole.Link, new() { Name = "confluence:spacePage" }).ClickAsync();
        await BrowserScene.SeesAsync(scene.App.GetByRole(AriaRole.Link, new() { Name = "Team charter" }));
        await BrowserScene.SeesAsync(TaskCalled(scene, "ROAD-1 Upgrade the payment gateway"));
        await BrowserScene.SeesNotAsync(scene.App.GetByText("Issues of ROAD"));
        scene.Errors.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task A_limit_of_jira_reaches_the_page_and_trying_again_helps()
    {
        await using var scene = await BrowserScene.WithTaskBoardAsync(chromium);
        var fault = scene.Emulator.Platform.Faults.Add(new Fault { Kind = FaultKind.RateLimit, Product = "jira" });
        await scene.OpenAppAsync(scene.Acme, scene.Ada, Jira);
        await BrowserScene.SeesAsync(scene.App.GetByText("Jira is asked too much at the moment."));
        scene.Emulator.Platform.Faults.Remove(fault.Id);
        await scene.App.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await BrowserScene.SeesAsync(scene.App.GetByText("Login page is slow on mobile"));
    }

    [BrowserFact]
    public async Task While_the_remote_is_down_the_page_says_so_and_then_goes_on()
    {
        await using var scene = await BrowserScene.WithTaskBoardAsync(chromium);
        await scene.OpenAppAsync(scene.Acme, scene.Ada, Confluence);
        await AddAsync(scene, "Survive", "Everybody");
        await scene.TaskBoard.StopAsync();

        await scene.App.GetByLabel("New task").FillAsync("Lost?");
        await scene.App.GetByRole(AriaRole.Button, new() { Name = "Add task" }).ClickAsync();
        var flag = scene.Page.GetByRole(AriaRole.Alert);
        await Assertions.Expect(flag).ToContainTextAsync("Invalid response from remote - remote network error");
        await Assertions.Expect(scene.App.GetByLabel("New task")).ToHaveValueAsync("Lost?");

        await scene.Page.ReloadAsync();
        await BrowserScene.SeesAsync(scene.App.GetByText("The tasks could not be loaded"));
        await scene.TaskBoard.StartAsync(scene.Emulator.Url, scene.Emulator.Platform.Manifest.AppId);
        await scene.App.GetByRole(AriaRole.Alert).GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await BrowserScene.SeesAsync(TaskCalled(scene, "Survive"));
    }

    [BrowserFact]
    public async Task The_app_is_as_dark_as_the_page_around_it()
    {
        await using var scene = await BrowserScene.WithTaskBoardAsync(chromium, new() { ColorScheme = ColorScheme.Dark });
        await scene.OpenAppAsync(scene.Acme, scene.Ada, Jira);
        await BrowserScene.SeesAsync(scene.App.GetByText("No tasks yet"));
        (await BackgroundsAsync(scene)).ShouldBe(("rgb(29, 33, 37)", "rgb(29, 33, 37)"));

        await scene.Page.GetByRole(AriaRole.Button, new() { Name = "Switch between light and dark" }).ClickAsync();
        await Assertions.Expect(scene.App.Locator("html")).ToHaveAttributeAsync("data-color-mode", "light");
        (await BackgroundsAsync(scene)).ShouldBe(("rgb(255, 255, 255)", "rgb(255, 255, 255)"));

        // Whoever has chosen finds it so again.
        await scene.Page.ReloadAsync();
        await Assertions.Expect(scene.App.Locator("html")).ToHaveAttributeAsync("data-color-mode", "light");
    }

    [BrowserFact]
    public async Task The_board_is_used_with_the_keyboard_alone()
    {
        await using var scene = await BrowserScene.WithTaskBoardAsync(chromium);
        await scene.OpenAppAsync(scene.Acme, scene.Ada, Jira);
        await scene.App.GetByLabel("New task").FocusAsync();
        await scene.Page.Keyboard.TypeAsync("With ten fingers");
        await scene.Page.Keyboard.PressAsync("Enter");
        await BrowserScene.SeesAsync(TaskCalled(scene, "With ten fingers"));

        await TaskCalled(scene, "With ten fingers").FocusAsync();
        await scene.Page.Keyboard.PressAsync("Space");
        await BrowserScene.SeesAsync(scene.App.GetByText("1 of 1 done"));
        await Assertions.Expect(TaskCalled(scene, "With ten fingers")).ToBeFocusedAsync();
        await scene.Page.Keyboard.PressAsync("Tab");
        await scene.Page.Keyboard.PressAsync("Enter");
        await BrowserScene.SeesAsync(scene.App.GetByText("No tasks yet"));
        await Assertions.Expect(scene.App.GetByRole(AriaRole.Heading, new() { Name = "Tasks", Exact = true })).ToBeFocusedAsync();
    }

    [BrowserFact]
    public async Task What_somebody_else_has_changed_is_not_overwritten()
    {
        await using var scene = await BrowserScene.WithTaskBoardAsync(chromium);
        await scene.OpenAppAsync(scene.Acme, scene.Ada, Jira);
        await AddAsync(scene, "Both want it", "Everybody");
        var other = await scene.Page.Context.NewPageAsync();
        await other.GotoAsync(scene.Page.Url);
        await other.FrameLocator("#app").GetByRole(AriaRole.Checkbox, new() { Name = "Both want it" }).ClickAsync();
        await BrowserScene.SeesAsync(other.FrameLocator("#app").GetByText("1 of 1 done"));

        // The click itself brings the focus back, and with it what is new; the page's own call is to be late.
        await scene.Frame.EvaluateAsync("() => document.querySelector('.task input').click()");
        await BrowserScene.SeesAsync(scene.Page.GetByText("Somebody else has changed it in the meantime."));
        await Assertions.Expect(TaskCalled(scene, "Both want it")).ToBeCheckedAsync();
    }

    [NpmFact]
    public async Task The_committed_build_is_what_the_sources_make()
    {
        var built = await UiProject.BuildAsync();
        var committed = Path.Combine(TaskBoardProcess.Folder, "ui", "dist");
        Files(built).ShouldBe(Files(committed));
        foreach (var file in Files(built))
        {
            var (kept, made) = (await File.ReadAllTextAsync(Path.Combine(committed, file)), await File.ReadAllTextAsync(Path.Combine(built, file)));
            (kept == made).ShouldBeTrue($"ui/dist/{file} is not what the sources build: run \"npm ci && npm run build\" in samples/TaskBoard/ui and commit it.");
        }

        static List<string> Files(string folder) =>
            [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal)];
    }

    private static ILocator TaskCalled(BrowserScene scene, string description) =>
        scene.App.GetByRole(AriaRole.Checkbox, new() { Name = description, Exact = true });

    private static async Task AddAsync(BrowserScene scene, string description, string team)
    {
        await scene.App.GetByLabel("New task").FillAsync(description);
        await scene.App.GetByLabel("Team", new() { Exact = true }).FillAsync(team);
        await scene.App.GetByRole(AriaRole.Button, new() { Name = "Add task" }).ClickAsync();
        await BrowserScene.SeesAsync(TaskCalled(scene, description));
        await Assertions.Expect(scene.App.GetByLabel("New task")).ToHaveValueAsync("");
    }

    private static async Task<(string Page, string App)> BackgroundsAsync(BrowserScene scene)
    {
        const string Background = "() => getComputedStyle(document.body).backgroundColor";
        return (await scene.Page.EvaluateAsync<string>(Background), await scene.Frame.EvaluateAsync<string>(Background));
    }
}
