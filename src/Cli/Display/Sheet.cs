using Spectre.Console;

namespace ForgeOrleans.Cli.Display;

/// <summary>A table as all of them look: columns that stay whole beside columns that give way.</summary>
internal sealed class Sheet
{
    private readonly Table _table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);

    public Sheet(params string[] columns)
    {
        foreach (var column in columns)
        {
            // A number is announced by its sign.
            var isNumber = column.StartsWith('#');
            var givesWay = column.StartsWith('~');
            var shown = new TableColumn($"[bold]{Screen.Plain(column.TrimStart('#', '~'))}[/]") { NoWrap = !givesWay };
            _table.AddColumn(isNumber ? shown.RightAligned() : shown);
        }
    }

    public int Count => _table.Rows.Count;

    public void Add(params string[] cells) => _table.AddRow([.. cells.Select(cell => new Markup(cell))]);

    public void Show(string? title = null)
    {
        if (title is not null)
            Screen.Line($"\n[bold]{title}[/]");
        Screen.Show(_table);
    }
}
