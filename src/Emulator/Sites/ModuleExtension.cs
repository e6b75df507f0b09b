using System.Text.Json.Nodes;

namespace ForgeOrleans.Emulator.Sites;

/// <summary>Where in a product a module is shown, <c>context.extension</c>: the site's first project, issue, space or page.</summary>
internal static class ModuleExtension
{
    private static readonly string[] IssueTypes =
    [
        "jira:issuePanel", "jira:issueContext", "jira:issueGlance", "jira:issueAction", "jira:issueActivity", "jira:customField",
        "jira:issueViewBackgroundScript",
    ];

    private static readonly string[] ContentTypes =
    [
        "xen:macro", "confluence:contentBylineItem", "confluence:contentAction", "confluence:contextMenu", "confluence:customContent",
        "confluence:pageBanner",
    ];

    private static readonly string[] NowhereTypes =
        ["jira:globalPage", "jira:adminPage", "jira:dashboardGadget", "confluence:globalPage", "confluence:globalSettings"];

    public static JsonObject Of(Platform platform, Site site, AppModule module)
    {
        var extension = new JsonObject { ["type"] = module.Type };
        var content = platform.Contents.Of(site);
        if (NowhereTypes.Contains(module.Type))
        {
            return extension;
        }

        if (module.Product is "jira")
        {
            var project = content.Projects[0];
            extension["project"] = new JsonObject { ["id"] = project.Id, ["key"] = project.Key, ["type"] = "software" };
            if (IssueTypes.Contains(module.Type) && content.Issues is [var issue, ..])
            {
                extension["issue"] = new JsonObject { ["id"] = issue.Id, ["key"] = issue.Key, ["type"] = "Task", ["typeId"] = "10001" };
            }

            return extension;
        }

        extension["space"] = new JsonObject { ["id"] = content.Spaces[0].Id, ["key"] = content.Spaces[0].Key };
        if (ContentTypes.Contains(module.Type) && content.Pages is [var page, ..])
        {
            extension["content"] = new JsonObject { ["id"] = page.Id, ["type"] = "page" };
        }

        return extension;
    }
}
