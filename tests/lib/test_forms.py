from datetime import date

from django import forms
from django.template import engines
from django.test import RequestFactory

from civportal.lib.forms import FilterForm


class RecordForm(forms.Form):
    title = forms.CharField(label="Title", help_text="In one line", max_length=80)
    held_on = forms.DateField(label="Day", widget=forms.DateInput)
    text = forms.CharField(label="Text", widget=forms.Textarea, max_length=200)
    shown = forms.ChoiceField(label="Shown", widget=forms.RadioSelect, choices=[("y", "Yes"), ("n", "No")])
    remark = forms.CharField(label="Remark", required=False)
    true = forms.BooleanField(label="All true", help_text="Keep the originals")
    version = forms.IntegerField(widget=forms.HiddenInput, initial=3)


def test_a_field_has_label_hint_and_error_tied_to_its_control():
    html = str(RecordForm({}))

    assert '<label class="field__label" for="id_title">' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_helptext"' in html and 'id="id_title_error"' in html
    assert 'aria-invalid="true"' in html


def test_the_summary_leads_to_every_field_with_a_mistake():
    html = str(RecordForm({"title": "Reading corner"}))

    summary = html[: html.index('class="stack form"')]
    assert 'role="alert"' in summary
    assert 'href="#id_held_on"' in summary and 'href="#id_text"' in summary
    assert 'href="#id_title"' not in summary


def test_a_link_of_the_summary_finds_a_group_of_choices():
    html = str(RecordForm({}))

    assert 'href="#id_shown"' in html and '<fieldset class="field field--bad" id="id_shown"' in html


def test_a_mistake_of_the_whole_form_stands_in_the_summary():
    form = RecordForm({})
    form.add_error(None, "The two days are swapped.")

    assert "The two days are swapped." in str(form).split('class="stack form"')[0]


def test_a_form_without_mistakes_has_no_summary():
    assert "summary" not in str(RecordForm())


def test_only_what_may_stay_empty_is_marked():
    html = str(RecordForm())

    assert html.count("field__mark") == 1


def test_a_day_is_picked_and_kept_in_iso():
    html = str(RecordForm(initial={"held_on": date(2026, 6, 1)}))

    assert 'type="date"' in html and 'value="2026-06-01"' in html


def test_prose_with_a_limit_has_a_counter():
    assert 'data-counter-for="id_text"' in str(RecordForm())
    assert 'data-counter-for="id_title"' not in str(RecordForm())


def test_a_box_to_tick_stands_before_its_label():
    html = str(RecordForm())

    assert html.index('type="checkbox"') < html.index("All true")
    assert 'class="pick__hint" id="id_true_helptext"' in html


def test_hidden_fields_come_without_label():
    html = str(RecordForm())

    assert '<input type="hidden" name="version" value="3"' in html and "Version" not in html


def test_what_was_typed_is_escaped_and_kept():
    html = str(RecordForm({"title": "<b>x</b>"}))

    assert "&lt;b&gt;x&lt;/b&gt;" in html and "<b>x</b>" not in html


class UnitFilter(FilterForm):
    q = forms.CharField(label="Name", required=False)
    code = forms.CharField(label="Code", required=False, widget=forms.SearchInput)
    year = forms.IntegerField(label="Year", required=False)
    town = forms.ChoiceField(label="Town", required=False, choices=[("", "Any town"), ("e", "East")])
    window = forms.BooleanField(label="Has a window", required=False)
    since = forms.DateField(label="Since", required=False)

    def narrow_q(self, rows, value):
        return [row for row in rows if value in row]

    def narrow_since(self, rows, value):
        return []


def test_a_filter_narrows_by_what_was_asked():
    assert UnitFilter({"q": "a"}).apply(["ab", "cd"]) == ["ab"]


def test_a_filter_with_nonsense_narrows_nothing():
    assert UnitFilter({"since": "yesterday", "town": "moon"}).apply(["ab", "cd"]) == ["ab", "cd"]


def test_a_filter_draws_words_choices_boxes_and_days():
    request = RequestFactory().get("/units/?q=a")
    source = '{% include "components/filters.html" with form=form request=request only %}'

    html = engines["django"].from_string(source).render({"form": UnitFilter(request.GET)}, request)

    assert 'type="search"' in html and 'value="a"' in html
    assert 'placeholder="Name"' in html and 'placeholder="Code"' in html and 'placeholder="Year"' in html
    assert html.count('class="search"') == 2
    assert '<option value="e">East</option>' in html
    assert 'class="chip">Has a window' in html
    assert 'type="date"' in html
    assert 'href="/units/"' in html, "a narrowed list can be widened again"
    assert 'method="get"' in html and "<button" in html, "it works without JavaScript"


def test_a_filter_at_rest_offers_nothing_to_clear():
    request = RequestFactory().get("/units/")
    source = '{% include "components/filters.html" with form=form request=request only %}'

    html = engines["django"].from_string(source).render({"form": UnitFilter(request.GET)}, request)

    assert 'href="/units/"' not in html
